# Hosts pull images from each other before they ask the registry: the first host to need an image fetches it for all.
{ config, lib, ... }:
let
  inherit (config.fleet) k3s;
in
{
  imports = [ ./k3s.nix ];

  options.fleet.k3s.embeddedRegistry = lib.mkOption {
    type = lib.types.bool;
    default = false;
    description = ''
      Whether hosts pull images from each other first, whatever their registry. For all hosts of the fleet.
      Credentials and mirrors of registries go to {option}`environment.etc."rancher/k3s/registries.yaml".text`, which then has to list
      under `mirrors` the registries whose images are shared.
    '';
  };

  config = lib.mkIf (k3s.enable && k3s.embeddedRegistry) {
    services.k3s.extraFlags = lib.mkIf (k3s.role == "server") [ "--embedded-registry" ];

    environment.etc."rancher/k3s/registries.yaml".text = lib.mkDefault ''
      mirrors:
        "*": {}
    '';
    # It is read when k3s starts.
    systemd.services.k3s.restartTriggers = [
      config.environment.etc."rancher/k3s/registries.yaml".source
    ];
  };
}
