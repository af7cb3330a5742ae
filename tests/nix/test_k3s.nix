# The flags that k3s is started with.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; })
    configOf
    evaluate
    failures
    lib
    ;

  # Less the program's path and the kubelet's file, which is in the store.
  flagsOf =
    name: change:
    lib.filter (flag: !lib.hasPrefix "--kubelet-arg=" flag) (
      map lib.trim (
        lib.tail (
          lib.splitString "\\\n" (configOf name change).systemd.services.k3s.serviceConfig.ExecStart
        )
      )
    );
  serverFlags = [
    "--flannel-backend=vxlan"
    "--write-kubeconfig-mode=0600"
    ''"--etcd-snapshot-schedule-cron=0 */12 * * *"''
    "--etcd-snapshot-retention=5"
  ];
  sameFlags = actual: expected: {
    expr = lib.naturalSort actual;
    expected = lib.naturalSort expected;
  };
in
{
  testFirstServerStartsTheCluster = sameFlags (flagsOf "one" { }) (
    [
      "--cluster-init"
      "--token-file /run/secrets/k3s-token"
      "--node-name=one"
      "--node-ip=192.0.2.1"
      "--node-label=hydra.io/gpu-count=2"
      "--node-taint=nvidia.com/gpu=present:NoSchedule"
    ]
    ++ serverFlags
  );

  testSecondServerJoins = sameFlags (flagsOf "two" { }) (
    [
      "--server https://192.0.2.1:6443"
      "--token-file /run/secrets/k3s-token"
      "--node-name=two"
      "--node-ip=192.0.2.2"
    ]
    ++ serverFlags
  );

  # An agent exits on a flag that only servers know.
  testAgentHasNoFlagOfServers =
    sameFlags
      (flagsOf "three" {
        fleet.k3s = {
          disable = [ "traefik" ];
          secretsEncryption = true;
          clusterCIDR = "10.0.0.0/16";
          serviceCIDR = "10.1.0.0/16";
          kubeconfigGroup = "wheel";
          extraServerFlags = [ "--tls-san=k3s.hydra.io" ];
        };
      })
      [
        "--server https://192.0.2.1:6443"
        "--token-file /run/secrets/k3s-token"
        "--node-name=three"
        "--node-ip=192.0.2.3"
      ];

  testSettingsOfServers = {
    expr = lib.subtractLists (flagsOf "one" { }) (
      flagsOf "one" {
        fleet.k3s = {
          interface = "eth1";
          flannelBackend = "host-gw";
          disable = [
            "servicelb"
            "traefik"
          ];
          secretsEncryption = true;
          etcdSnapshots = {
            schedule = "@daily";
            retention = 2;
          };
          clusterCIDR = "10.0.0.0/16";
          serviceCIDR = "10.1.0.0/16";
          kubeconfigGroup = "wheel";
        };
      }
    );
    expected = [
      "--disable=servicelb"
      "--disable=traefik"
      "--flannel-iface=eth1"
      "--flannel-backend=host-gw"
      "--write-kubeconfig-mode=0640"
      "--write-kubeconfig-group=wheel"
      "--secrets-encryption"
      ''"--etcd-snapshot-schedule-cron=@daily"''
      "--etcd-snapshot-retention=2"
      "--cluster-cidr=10.0.0.0/16"
      "--service-cidr=10.1.0.0/16"
    ];
  };

  testSnapshotsToAnObjectStore = {
    expr = lib.subtractLists (flagsOf "one" { }) (
      flagsOf "one" {
        fleet.k3s = {
          serverEnvironmentFile = "/run/secrets/k3s-env";
          etcdSnapshots.s3 = {
            endpoint = "192.0.2.20:9000";
            bucket = "snapshots";
            folder = "hydra";
          };
        };
      }
    );
    expected = [
      "--etcd-s3"
      "--etcd-s3-endpoint=192.0.2.20:9000"
      "--etcd-s3-bucket=snapshots"
      "--etcd-s3-region=us-east-1"
      "--etcd-s3-folder=hydra"
    ];
  };

  # Servers that share a database start no etcd, and find each other there.
  testServerOfADatabase =
    sameFlags
      (flagsOf "one" {
        fleet.k3s = {
          clusterInit = lib.mkForce false;
          datastore = "external";
          serverEnvironmentFile = "/run/secrets/k3s-env";
        };
      })
      [
        "--token-file /run/secrets/k3s-token"
        "--node-name=one"
        "--node-ip=192.0.2.1"
        "--node-label=hydra.io/gpu-count=2"
        "--node-taint=nvidia.com/gpu=present:NoSchedule"
        "--flannel-backend=vxlan"
        "--write-kubeconfig-mode=0600"
      ];

  testPasswordsReachServersOnly = {
    expr =
      map
        (
          name:
          (configOf name { fleet.k3s.serverEnvironmentFile = "/run/secrets/k3s-env"; })
          .services.k3s.environmentFile
        )
        [
          "one"
          "three"
        ];
    expected = [
      "/run/secrets/k3s-env"
      null
    ];
  };

  testHostsPullImagesFromEachOther = {
    expr =
      map
        (
          name:
          let
            flags = flagsOf name { fleet.k3s.embeddedRegistry = true; };
            host = configOf name { fleet.k3s.embeddedRegistry = true; };
            registries = host.environment.etc."rancher/k3s/registries.yaml";
          in
          {
            isTold = lib.elem "--embedded-registry" flags;
            inherit (registries) text;
            # It is read when k3s starts.
            restarts = lib.elem registries.source host.systemd.services.k3s.restartTriggers;
          }
        )
        [
          "one"
          "three"
        ];
    expected =
      map
        (isTold: {
          inherit isTold;
          text = "mirrors:\n  \"*\": {}\n";
          restarts = true;
        })
        [
          true
          false
        ];
  };

  testRegistriesOfOnesOwn = {
    expr =
      (configOf "one" {
        fleet.k3s.embeddedRegistry = true;
        environment.etc."rancher/k3s/registries.yaml".text = "mirrors: {}\n";
      }).environment.etc."rancher/k3s/registries.yaml".text;
    expected = "mirrors: {}\n";
  };

  # Of a flag given twice k3s takes the last, so a host can overrule everything.
  testFurtherFlagsComeLast = {
    expr = lib.sublist 9 9 (
      flagsOf "one" {
        imports = [ { fleet.k3s.extraFlags = [ "--cluster=1" ]; } ];
        fleet.k3s.extraServerFlags = [ "--tls-san=k3s.hydra.io" ];
        fleet.k3s.extraFlags = [ "--host 1" ];
      }
    );
    expected = [
      "--etcd-snapshot-retention=5"
      "--tls-san=k3s.hydra.io"
      "--cluster=1"
      "--host 1"
    ];
  };

  testPackageByName = {
    expr =
      (configOf "one" { fleet.k3s.package = "kubernetes"; }).services.k3s.package == (evaluate "one" { })
      .pkgs.kubernetes;
    expected = true;
  };

  testKubeletFieldsArePassed = {
    expr = (configOf "one" { fleet.k3s.kubelet.maxPods = 42; }).services.k3s.extraKubeletConfig;
    expected = {
      maxPods = 42;
    };
  };

  testAdminsKubeconfigOnServersOnly = {
    expr = map (name: (configOf name { }).environment.variables.KUBECONFIG or null) [
      "one"
      "three"
    ];
    expected = [
      "/etc/rancher/k3s/k3s.yaml"
      null
    ];
  };

  # NixOS only warns of much that stops k3s.
  testNoHostHasWarnings = {
    expr = lib.concatMap (name: (configOf name { }).warnings) [
      "one"
      "two"
      "three"
    ];
    expected = [ ];
  };

  testNoHostFailsAnAssertion = {
    expr = lib.concatMap (name: failures name { }) [
      "one"
      "two"
      "three"
    ];
    expected = [ ];
  };
}
