# Settings of a host that cannot work: each message names the option and the way out.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) failures accepts lib;
  inherit (lib.importTOML ../shared.toml) kubeletLabels;

  fails = name: change: message: {
    expr = failures name change;
    expected = lib.toList message;
  };
in
{
  testHostOutsideTheFleet =
    fails "one" { networking.hostName = "four"; }
      ''fleet.nodes has no entry for this host (networking.hostName is "four"). Add it there, or correct networking.hostName.'';

  testRoleOfAnotherKind = fails "three" {
    fleet.nodes.three.role = lib.mkForce "server";
  } ''fleet.k3s.role is "agent", but fleet.nodes.three.role is "server". Give both the same role.'';

  testNoToken =
    fails "one" { fleet.k3s.tokenFile = lib.mkForce null; }
      ''fleet.k3s.tokenFile is not set. Set it to the path on the host that the token is put at, such as "/run/secrets/k3s-token".'';

  testNoClusterToJoin =
    fails "two" { fleet.k3s.serverAddr = lib.mkForce null; }
      "fleet.k3s.serverAddr is not set, so this host has no cluster to join. Set it to the URL of a server, or on the first server set fleet.k3s.clusterInit.";

  testStartsAndJoins = fails "two" {
    fleet.k3s.clusterInit = true;
  } "fleet.k3s.clusterInit starts a cluster and fleet.k3s.serverAddr joins one. Remove one of them.";

  testADatabaseNeedsNoServerToJoin = fails "two" {
    fleet.k3s = {
      serverAddr = lib.mkForce null;
      datastore = "external";
      serverEnvironmentFile = "/run/secrets/k3s-env";
    };
  } [ ];

  testAgentOfADatabaseJoinsAServer = {
    expr =
      lib.elem
        "fleet.k3s.serverAddr is not set, so this host has no cluster to join. Set it to the URL of a server, or on the first server set fleet.k3s.clusterInit."
        (
          failures "three" {
            fleet.k3s = {
              serverAddr = lib.mkForce null;
              datastore = "external";
            };
          }
        );
    expected = true;
  };

  testStartsEtcdBesideADatabase =
    fails "one"
      {
        fleet.k3s = {
          datastore = "external";
          serverEnvironmentFile = "/run/secrets/k3s-env";
        };
      }
      ''fleet.k3s.datastore is "external": servers find the cluster in their database, and neither start nor join one. Unset fleet.k3s.clusterInit and fleet.k3s.serverAddr.'';

  testNoCredentials =
    fails "one" { fleet.k3s.etcdSnapshots.s3.bucket = "snapshots"; }
      ''fleet.k3s.serverEnvironmentFile is not set, so k3s has no credentials for its datastore or its snapshots. Set it to the path on the host that they are put at, such as "/run/secrets/k3s-env".'';

  testSnapshotsOfADatabase =
    fails "two"
      {
        fleet.k3s = {
          serverAddr = lib.mkForce null;
          datastore = "external";
          serverEnvironmentFile = "/run/secrets/k3s-env";
          etcdSnapshots.s3.bucket = "snapshots";
        };
      }
      "fleet.k3s.etcdSnapshots.s3: k3s takes no snapshots of an external datastore. Unset it, and back the database up where it runs.";

  testNoAddressToMove =
    fails "one"
      {
        fleet.virtualAddress.keepalived = {
          enable = true;
          interface = "eth1";
          routerId = 9;
          priority = 250;
        };
      }
      "fleet.virtualAddress.address is not set, so keepalived has no address to move. Set it, or unset fleet.virtualAddress.keepalived.enable.";

  testNoSuchPackage =
    fails "one" { fleet.k3s.package = "k3s_0_1"; }
      ''fleet.k3s.package: this nixpkgs has no package "k3s_0_1". Name one it has, such as "k3s", or update the flake's nixpkgs.'';

  testNoSuchGroup =
    fails "one" { fleet.k3s.kubeconfigGroup = "cluster-admins"; }
      ''fleet.k3s.kubeconfigGroup: this host has no group "cluster-admins". Declare it in users.groups, or name another.'';

  testReconcilerOnAnAgent =
    fails "three" { fleet.k3s.reconcileNodes = true; }
      "fleet.k3s.reconcileNodes is set on an agent, which may not change other nodes. Set it on a server instead.";

  testNoSuchDriver =
    fails "one"
      {
        fleet.gpu.enable = true;
        fleet.gpu.driver = "legacy_1";
      }
      ''fleet.gpu.driver: this kernel has no NVIDIA driver "legacy_1". Name an attribute of boot.kernelPackages.nvidiaPackages, such as "stable".'';

  testSecondGenerator =
    fails "one"
      {
        fleet.gpu.enable = true;
        systemd.services.nvidia-cdi-generator.script = "nvidia-ctk cdi generate";
      }
      "systemd.services.nvidia-cdi-generator: fleet.gpu has NixOS write the list of devices already (nvidia-container-toolkit-cdi-generator.service), and a second list names each card twice. Remove that unit.";

  testContainerdThatK3sNeverReads =
    fails "one"
      {
        fleet.gpu.enable = true;
        virtualisation.containerd.settings.plugins.cri.containerd.default_runtime_name = "nvidia";
      }
      "virtualisation.containerd.settings names an NVIDIA runtime, but k3s runs its own containerd, which reads none of it. Remove it: k3s finds the runtime on its PATH.";

  testDataDirWithinItsMountPoint =
    fails "one" { fleet.k3s.dataDir = "/var/lib/rancher/k3s/data"; }
      "fleet.k3s.dataDir: /var/lib/rancher/k3s/data is mounted on /var/lib/rancher/k3s, so neither may lie within the other. Name a directory elsewhere, or unset it.";

  testDataDirAroundItsMountPoint =
    fails "one" { fleet.k3s.dataDir = "/var/lib"; }
      "fleet.k3s.dataDir: /var/lib is mounted on /var/lib/rancher/k3s, so neither may lie within the other. Name a directory elsewhere, or unset it.";

  testDataDirBesideItsMountPoint = fails "one" {
    fleet.k3s.dataDir = "/var/lib/rancher/k3s-data";
  } [ ];

  testLabelKeyOfNoForm =
    fails "one" { fleet.nodes.two.labels."a b" = "c"; }
      ''fleet.nodes.two.labels: "a b" is no label key. Write [prefix/]name, the name of at most 63 letters, digits and `-_.`.'';

  testEachLabelThatStopsTheKubelet =
    fails "one" { fleet.nodes.two.labels = lib.genAttrs kubeletLabels.refuses (_: "a"); }
      (
        map (
          label:
          ''fleet.nodes.two.labels: a kubelet may not give itself "${label}", and k3s would not start. Use a key under your own domain (fleet.cluster.domain).''
        ) (lib.sort lib.lessThan kubeletLabels.refuses)
      );

  testLabelsThatAKubeletMayGiveItself = fails "one" {
    fleet.nodes.two.labels = lib.genAttrs (kubeletLabels.takes ++ [ "workload" ]) (_: "a");
  } [ ];

  testTaintGivenTwice =
    fails "one"
      {
        fleet.nodes.two.taints = [
          "a=b:NoSchedule"
          "a=c:NoSchedule"
          "a=b:NoExecute"
        ];
      }
      "fleet.nodes.two.taints: two taints have the same key and effect, which Kubernetes refuses. Keep one of them.";

  testNodeNameOfNoForm =
    fails "one" { fleet.nodes.Big_Box.address = "192.0.2.9"; }
      ''fleet.nodes."Big_Box": a node is named by lower-case letters, digits and `-`. Rename the host, here and in networking.hostName.'';

  # Whoever has made three mistakes learns of all three at once.
  testAllAreCollected = {
    expr = lib.length (
      failures "two" {
        fleet.k3s.tokenFile = lib.mkForce null;
        fleet.k3s.serverAddr = lib.mkForce null;
        fleet.k3s.package = "k3s_0_1";
      }
    );
    expected = 3;
  };

  testTokenInTheStoreIsRefused = {
    expr = accepts [ "fleet" "k3s" "tokenFile" ] (lib.mkForce "${builtins.storeDir}/abc-token");
    expected = false;
  };
  testTokenAsPathLiteralIsRefused = {
    expr = accepts [ "fleet" "k3s" "tokenFile" ] (lib.mkForce ./hosts.nix);
    expected = false;
  };
  testPasswordsInTheStoreAreRefused = {
    expr = accepts [ "fleet" "k3s" "serverEnvironmentFile" ] "${builtins.storeDir}/abc-env";
    expected = false;
  };
  testTokenOutsideTheStoreIsTaken = {
    expr = accepts [ "fleet" "k3s" "tokenFile" ] (lib.mkForce "/run/agenix/k3s-token");
    expected = true;
  };
}
