// Package others names the Go types that CRDs are made of. Argo CD's are in a module of their own: they need an older
// Kubernetes than these.
package others

import (
	_ "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	_ "github.com/k3s-io/helm-controller/pkg/apis/helm.cattle.io/v1"
	_ "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	_ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	_ "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	_ "go.universe.tf/metallb/api/v1beta1"
	_ "sigs.k8s.io/kueue/apis/kueue/v1beta2"
)
