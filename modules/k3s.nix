# k3s, as server or agent. What has to be equal on all servers is set once, in the file that all hosts share.
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
  inherit (lib) mkOption types;

  cfg = config.fleet.k3s;
  inherit (config.networking) hostName;
  isServer = cfg.role == "server";
  isExternal = cfg.datastore == "external";
  inherit (cfg.etcdSnapshots) s3;

  node =
    config.fleet.nodes.${hostName} or {
      address = null;
      labels = { };
      taints = [ ];
      inherit (cfg) role;
    };

  commonFlags = lib.optional (
    cfg.interface != null && cfg.flannelBackend != "none"
  ) "--flannel-iface=${cfg.interface}";

  # The credentials are in variables, which k3s reads by itself.
  s3Flags = [
    "--etcd-s3"
    "--etcd-s3-endpoint=${s3.endpoint}"
    "--etcd-s3-bucket=${s3.bucket}"
    "--etcd-s3-region=${s3.region}"
  ]
  ++ lib.optional (s3.folder != null) "--etcd-s3-folder=${s3.folder}";

  snapshotFlags = [
    # The blanks of a schedule have to survive systemd.
    (utils.escapeSystemdExecArg "--etcd-snapshot-schedule-cron=${cfg.etcdSnapshots.schedule}")
    "--etcd-snapshot-retention=${toString cfg.etcdSnapshots.retention}"
  ]
  ++ lib.optionals (s3 != null) s3Flags;

  serverFlags = [
    "--flannel-backend=${cfg.flannelBackend}"
    "--write-kubeconfig-mode=${if cfg.kubeconfigGroup == null then "0600" else "0640"}"
  ]
  ++ lib.optional (cfg.kubeconfigGroup != null) "--write-kubeconfig-group=${cfg.kubeconfigGroup}"
  ++ lib.optional cfg.secretsEncryption "--secrets-encryption"
  ++ lib.optionals (!isExternal) snapshotFlags
  ++ lib.optional (cfg.clusterCIDR != null) "--cluster-cidr=${cfg.clusterCIDR}"
  ++ lib.optional (cfg.serviceCIDR != null) "--service-cidr=${cfg.serviceCIDR}";
in
{
  imports = [ ./cluster.nix ];

  options.fleet.k3s = {
    enable = lib.mkEnableOption "k3s on this host, as the fleet describes it";

    role = mkOption {
      type = types.enum [
        "server"
        "agent"
      ];
      default = "agent";
      description = "Whether the host runs the control plane (and pods), or pods only.";
    };

    clusterInit = mkOption {
      type = types.bool;
      default = false;
      description = "Whether this host starts the cluster. True on the first server, and on no other host; on none where the datastore is a database.";
    };

    serverAddr = mkOption {
      type = types.nullOr fleetTypes.serverUrl;
      default = null;
      example = "https://192.0.2.10:6443";
      description = "The server to join, or the address that the servers share. Set on all hosts but the first server; on agents only where the datastore is a database.";
    };

    datastore = mkOption {
      type = types.enum [
        "etcd"
        "external"
      ];
      default = "etcd";
      description = "Where the cluster's state is: in etcd on the servers, or in the database that `K3S_DATASTORE_ENDPOINT` names in {option}`fleet.k3s.serverEnvironmentFile`.";
    };

    serverEnvironmentFile = mkOption {
      type = types.nullOr fleetTypes.pathNotInStore;
      default = null;
      example = "/run/secrets/k3s-env";
      description = ''
        File with secret variables of the servers' k3s, `NAME=value` a line: `K3S_DATASTORE_ENDPOINT`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`.
        The path on the host where sops-nix, agenix or an admin puts it; agents ignore it.
      '';
    };

    tokenFile = mkOption {
      type = types.nullOr fleetTypes.pathNotInStore;
      default = null;
      example = "/run/secrets/k3s-token";
      description = ''
        File with the token that hosts join with: the path on the host where sops-nix, agenix or an admin puts it.
        Never a path in the Nix store, which everyone can read.
      '';
    };

    package = mkOption {
      type = fleetTypes.packageName;
      default = "k3s";
      example = "k3s_1_35";
      description = "Attribute of `pkgs` with the k3s to run.";
    };

    interface = mkOption {
      type = types.nullOr fleetTypes.interface;
      default = null;
      example = "eth1";
      description = "Network interface for flannel, where it isn't that of the default route.";
    };

    flannelBackend = mkOption {
      type = types.enum [
        "vxlan"
        "host-gw"
        "wireguard-native"
        "none"
      ];
      default = "vxlan";
      description = "How pods of different hosts reach each other; `host-gw` needs all hosts in one network segment.";
    };

    disable = mkOption {
      type = types.listOf fleetTypes.component;
      default = [ ];
      example = [
        "servicelb"
        "traefik"
      ];
      description = "Packaged components of k3s to leave out.";
    };

    secretsEncryption = mkOption {
      type = types.bool;
      default = false;
      description = "Whether Secrets are encrypted in etcd. To be decided before the first start: k3s cannot switch it on later without manual work.";
    };

    etcdSnapshots = {
      schedule = mkOption {
        type = fleetTypes.cron;
        default = "0 */12 * * *";
        description = "When each server takes a snapshot of etcd.";
      };
      retention = mkOption {
        type = types.ints.positive;
        default = 5;
        description = "How many snapshots each server keeps.";
      };
      s3 = mkOption {
        default = null;
        description = "Object store that snapshots are copied to.";
        type = types.nullOr (
          types.submodule {
            options = {
              endpoint = mkOption {
                type = fleetTypes.hostAndPort;
                default = "s3.amazonaws.com";
                example = "192.0.2.20:9000";
                description = "Host name of the store, and port where it isn't 443.";
              };
              bucket = mkOption {
                type = fleetTypes.bucket;
                example = "k3s-snapshots";
                description = "Bucket.";
              };
              region = mkOption {
                type = fleetTypes.region;
                default = "us-east-1";
                description = "Region.";
              };
              folder = mkOption {
                type = types.nullOr fleetTypes.bucketFolder;
                default = null;
                example = "hydra";
                description = "Folder in the bucket.";
              };
            };
          }
        );
      };
    };

    kubelet = mkOption {
      type = types.attrsOf types.anything;
      default = { };
      example = {
        maxPods = 110;
      };
      description = "Fields of the KubeletConfiguration, passed as they are.";
    };

    clusterCIDR = mkOption {
      type = types.nullOr fleetTypes.ipv4Network;
      default = null;
      example = "10.42.0.0/16";
      description = "Network of the pods; by default k3s' own.";
    };

    serviceCIDR = mkOption {
      type = types.nullOr fleetTypes.ipv4Network;
      default = null;
      example = "10.43.0.0/16";
      description = "Network of the services; by default k3s' own.";
    };

    kubeconfigGroup = mkOption {
      type = types.nullOr fleetTypes.groupName;
      default = null;
      example = "wheel";
      description = "Group that may read the admin's kubeconfig (mode 0640); by default only root may (0600).";
    };

    extraFlags = mkOption {
      type = types.listOf fleetTypes.flag;
      default = [ ];
      description = "Further flags for k3s, after all others. What cannot be written here can go to {option}`services.k3s.extraFlags`.";
    };

    extraServerFlags = mkOption {
      type = types.listOf fleetTypes.flag;
      default = [ ];
      description = "Like {option}`fleet.k3s.extraFlags`, for servers only; agents ignore it.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = config.fleet.nodes ? ${hostName};
        message = ''
          fleet.nodes has no entry for this host (networking.hostName is "${hostName}"). Add it there, or correct networking.hostName.
        '';
      }
      {
        assertion = cfg.role == node.role;
        message = ''
          fleet.k3s.role is "${cfg.role}", but fleet.nodes.${hostName}.role is "${node.role}". Give both the same role.
        '';
      }
      {
        assertion = cfg.tokenFile != null;
        message = ''
          fleet.k3s.tokenFile is not set. Set it to the path on the host that the token is put at, such as "/run/secrets/k3s-token".
        '';
      }
      {
        assertion = cfg.clusterInit || cfg.serverAddr != null || (isServer && isExternal);
        message = ''
          fleet.k3s.serverAddr is not set, so this host has no cluster to join. Set it to the URL of a server, or on the first server set fleet.k3s.clusterInit.
        '';
      }
      {
        assertion = !(cfg.clusterInit && cfg.serverAddr != null);
        message = ''
          fleet.k3s.clusterInit starts a cluster and fleet.k3s.serverAddr joins one. Remove one of them.
        '';
      }
      {
        assertion = cfg.clusterInit -> isServer;
        message = ''
          fleet.k3s.clusterInit is set on an agent. Unset it, or set fleet.k3s.role to "server".
        '';
      }
      {
        assertion = isExternal -> !cfg.clusterInit && (isServer -> cfg.serverAddr == null);
        message = ''
          fleet.k3s.datastore is "external": servers find the cluster in their database, and neither start nor join one. Unset fleet.k3s.clusterInit and fleet.k3s.serverAddr.
        '';
      }
      {
        assertion = isServer && (isExternal || s3 != null) -> cfg.serverEnvironmentFile != null;
        message = ''
          fleet.k3s.serverEnvironmentFile is not set, so k3s has no credentials for its datastore or its snapshots. Set it to the path on the host that they are put at, such as "/run/secrets/k3s-env".
        '';
      }
      {
        assertion = isExternal -> s3 == null;
        message = ''
          fleet.k3s.etcdSnapshots.s3: k3s takes no snapshots of an external datastore. Unset it, and back the database up where it runs.
        '';
      }
      {
        assertion = pkgs ? ${cfg.package};
        message = ''
          fleet.k3s.package: this nixpkgs has no package "${cfg.package}". Name one it has, such as "k3s", or update the flake's nixpkgs.
        '';
      }
      {
        assertion = cfg.kubeconfigGroup != null -> config.users.groups ? ${cfg.kubeconfigGroup};
        message = ''
          fleet.k3s.kubeconfigGroup: this host has no group "${cfg.kubeconfigGroup}". Declare it in users.groups, or name another.
        '';
      }
    ];

    services.k3s = {
      enable = true;
      inherit (cfg) role clusterInit tokenFile;
      # A missing package is reported by the assertion above.
      package = pkgs.${cfg.package} or pkgs.k3s;
      serverAddr = lib.mkIf (cfg.serverAddr != null) cfg.serverAddr;
      environmentFile = lib.mkIf isServer cfg.serverEnvironmentFile;
      disable = lib.mkIf isServer cfg.disable;
      nodeName = hostName;
      nodeIP = node.address;
      nodeLabel = lib.mapAttrsToList (key: value: "${key}=${value}") node.labels;
      nodeTaint = node.taints;
      extraKubeletConfig = cfg.kubelet;
      extraFlags = lib.mkMerge [
        (commonFlags ++ lib.optionals isServer serverFlags)
        # Of a flag given twice k3s takes the last.
        (lib.mkAfter (lib.optionals isServer cfg.extraServerFlags ++ cfg.extraFlags))
      ];
    };
  };
}
