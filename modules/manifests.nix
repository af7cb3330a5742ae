# What the cluster is started with: files that k3s applies when it starts, and again when they change.
{ config, lib, ... }:
let
  inherit (config.fleet) k3s;
in
{
  imports = [ ./k3s.nix ];

  options.fleet.k3s.manifests = lib.mkOption {
    type = lib.types.attrsOf lib.types.path;
    default = { };
    example = lib.literalExpression "{ namespace-argocd = ./namespace-argocd.yaml; }";
    description = ''
      Files with Kubernetes objects that k3s applies by itself, by the name of its AddOn; for one server of the fleet,
      since k3s does not carry them to the others. Their objects stay when a file is removed from here.
      They are in the Nix store, which everyone can read: nothing secret can be in them.
    '';
  };

  config = lib.mkIf (k3s.enable && k3s.manifests != { }) {
    assertions = [
      {
        assertion = k3s.role == "server";
        message = ''
          fleet.k3s.manifests is set on an agent, which applies none. Set it on a server instead.
        '';
      }
    ];

    services.k3s.manifests = lib.mapAttrs (_: source: { inherit source; }) k3s.manifests;
    # It looks for new times of files, and all of the Nix store are of one time. When it starts it applies every file.
    systemd.services.k3s.restartTriggers = lib.mapAttrsToList (_: source: "${source}") k3s.manifests;
  };
}
