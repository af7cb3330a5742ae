// Package argocd names the Go types that Argo CD's CRDs are made of.
package argocd

import _ "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
