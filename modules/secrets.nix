# Secrets whose values are files on this host, decrypted there by sops-nix or agenix. The first server makes them in the
# cluster, with the namespaces they are in, and keeps them as the files are. No value is in the Nix store, on a command
# line, in the journal or on a disk.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
  inherit (lib) mkOption types;

  inherit (config.fleet) k3s secrets;

  # Both levels at once: [ { namespace, name, type, labels, literals, files } ].
  all = lib.concatLists (
    lib.mapAttrsToList (
      namespace: lib.mapAttrsToList (name: secret: secret // { inherit namespace name; })
    ) secrets
  );

  # systemd hands each file to the unit under a name of its own, which may not hold a slash.
  paths = lib.unique (lib.concatMap (secret: lib.attrValues secret.files) all);
  credentials = lib.listToAttrs (
    lib.imap0 (index: path: lib.nameValuePair path "file-${toString index}") paths
  );

  desired = pkgs.writeText "fleet-secrets.json" (
    builtins.toJSON (
      map (secret: {
        inherit (secret)
          namespace
          name
          type
          labels
          literals
          ;
        files = lib.mapAttrs (_: path: credentials.${path}) secret.files;
      }) all
    )
  );

  makeSecrets = pkgs.writeShellApplication {
    name = "make-secrets";
    runtimeInputs = [
      pkgs.coreutils
      pkgs.jq
      pkgs.kubectl
    ];
    text = builtins.readFile ./secrets.sh;
  };

  secretAssertions =
    secret:
    let
      option = "fleet.secrets.${secret.namespace}.${secret.name}";
      keys = lib.attrNames secret.files ++ lib.attrNames secret.literals;
    in
    [
      {
        assertion = fleetTypes.isDnsLabel secret.namespace;
        message = ''
          ${option}: "${secret.namespace}" is no namespace. Write lower-case letters, digits and `-`.
        '';
      }
      {
        assertion = fleetTypes.dnsSubdomain.check secret.name;
        message = ''
          ${option}: "${secret.name}" is no name of a Secret. Write lower-case letters, digits, `-` and `.`.
        '';
      }
      {
        assertion = lib.all fleetTypes.isSecretItem keys;
        message = ''
          ${option}: a key of a Secret is made of letters, digits and `-_.`. Rename ${
            lib.concatMapStringsSep ", " (key: ''"${key}"'') (
              lib.filter (key: !fleetTypes.isSecretItem key) keys
            )
          }.
        '';
      }
      {
        assertion = lib.allUnique keys;
        message = ''
          ${option}: a key is in `files` and in `literals`. Keep one of them.
        '';
      }
    ];
in
{
  imports = [ ./k3s.nix ];

  options.fleet.secrets = mkOption {
    default = { };
    example = {
      ai.hf-token.files.token = "/run/secrets/hf-token";
    };
    description = ''
      Secrets that this host makes in the cluster from its files, by namespace and name; for one server of the fleet.
      They follow the files on every switch and every five minutes after. One that is no longer here stays in the
      cluster.
    '';
    type = types.attrsOf (
      types.attrsOf (
        types.submodule {
          options = {
            type = mkOption {
              type = types.enum [
                "Opaque"
                "kubernetes.io/basic-auth"
                "kubernetes.io/dockerconfigjson"
              ];
              default = "Opaque";
              description = "Type of the Secret, which Kubernetes doesn't let change later.";
            };
            files = mkOption {
              type = types.attrsOf fleetTypes.pathNotInStore;
              default = { };
              example = {
                token = "/run/secrets/hf-token";
              };
              description = ''
                Files with the values, by key: the paths where sops-nix or agenix put them. A value is all of its file,
                a newline at its end included.
              '';
            };
            labels = mkOption {
              type = types.attrsOf fleetTypes.labelValue;
              default = { };
              description = "Labels of the Secret.";
            };
            literals = mkOption {
              type = types.attrsOf types.str;
              default = { };
              example = {
                url = "https://git.example.com/fleet.git";
              };
              description = "Entries beside the values that are not secret: they are in the Nix store, which everyone can read.";
            };
          };
        }
      )
    );
  };

  config = lib.mkIf (k3s.enable && all != [ ]) {
    assertions = [
      {
        assertion = k3s.role == "server";
        message = ''
          fleet.secrets is set on an agent, which may not make Secrets. Set it on a server instead.
        '';
      }
    ]
    ++ lib.concatMap secretAssertions all;

    systemd.services.fleet-secrets = {
      description = "Secrets of the cluster from files of this host";
      # On a boot it waits for k3s. Where an admin has stopped k3s it neither starts it nor fails.
      after = [ "k3s.service" ];
      requisite = [ "k3s.service" ];
      # It does not remain active, so every switch starts it again, after what decrypts the files; the timer brings
      # back what was deleted in the cluster.
      wantedBy = [ "multi-user.target" ];
      startAt = "*:0/5";
      restartTriggers = [ desired ];

      environment = {
        KUBECONFIG = "%d/kubeconfig";
        # kubectl keeps a cache there.
        HOME = "/tmp";
      };

      # A failure is tried again a few times at once, then at the timer's next turn.
      startLimitIntervalSec = 240;
      startLimitBurst = 5;
      serviceConfig = {
        Type = "oneshot";
        ExecStart = "${lib.getExe makeSecrets} ${desired} ${./secrets.jq}";
        Restart = "on-failure";
        RestartSec = 20;
        TimeoutStartSec = 120;

        # Root reads the files and the kubeconfig; the program runs as a dynamic user, on copies in memory that
        # only it can read.
        LoadCredential = [
          "kubeconfig:/etc/rancher/k3s/k3s.yaml"
        ]
        ++ map (path: "${credentials.${path}}:${path}") paths;
        LimitCORE = 0;
      }
      // import ../nix/confinement.nix { inherit lib; };
    };
  };
}
