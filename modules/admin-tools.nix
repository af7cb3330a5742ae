# What an admin needs on a server.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (config.fleet) k3s;
in
{
  imports = [ ./k3s.nix ];

  options.fleet.adminTools.enable = lib.mkOption {
    type = lib.types.bool;
    default = k3s.enable && k3s.role == "server";
    defaultText = lib.literalMD "true on servers";
    description = "Whether to install kubectl, helm, k9s and stern, with the cluster's kubeconfig as their default.";
  };

  config = lib.mkIf config.fleet.adminTools.enable {
    environment.systemPackages = [
      pkgs.k9s
      pkgs.kubectl
      pkgs.kubernetes-helm
      pkgs.stern
    ];

    environment.variables.KUBECONFIG = "/etc/rancher/k3s/k3s.yaml";
  };
}
