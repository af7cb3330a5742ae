# Directories of local volumes. The kubelet makes none: without it a pod hangs in ContainerCreating.
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
in
{
  options.fleet.localStorage.directories = lib.mkOption {
    type = lib.types.listOf fleetTypes.pathNotInStore;
    default = [ ];
    example = [ "/srv/models" ];
    description = ''
      Directories of this host that pods have as local volumes. One that isn't there is made, once its disk is mounted.
    '';
  };

  # A service rather than tmpfiles, which would make the directory on the root disk when its own disk is missing.
  config.systemd.services = lib.listToAttrs (
    map (directory: {
      name = "local-storage-${utils.escapeSystemdPath directory}";
      value = {
        description = "Directory of local volumes ${directory}";
        wantedBy = [ "multi-user.target" ];
        unitConfig.RequiresMountsFor = directory;
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          ExecStart = "${lib.getExe' pkgs.coreutils "mkdir"} --parents ${directory}";
        };
      };
    }) config.fleet.localStorage.directories
  );
}
