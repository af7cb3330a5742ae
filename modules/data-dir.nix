# k3s' data (images, containers, etcd) on another disk. k3s' NixOS module writes to /var/lib/rancher/k3s whatever
# --data-dir says, so the other directory is mounted there instead.
{ config, lib, ... }:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };

  inherit (config.fleet.k3s) enable dataDir;
  mountPoint = (import ../nix/shared.nix { inherit lib; }).k3s.dataDir;
  isWithin = outer: inner: inner == outer || lib.hasPrefix "${outer}/" inner;
in
{
  imports = [ ./k3s.nix ];

  options.fleet.k3s.dataDir = lib.mkOption {
    type = lib.types.nullOr fleetTypes.pathNotInStore;
    default = null;
    example = "/data/k3s";
    description = ''
      Directory on another disk for k3s' data; by default it is in {file}`${mountPoint}` itself.
      On a host that already runs k3s, stop k3s and move the data first, then reboot into the new configuration:
      an empty directory is a new node.
    '';
  };

  config = lib.mkIf (enable && dataDir != null) {
    assertions = [
      {
        assertion = !isWithin mountPoint dataDir && !isWithin dataDir mountPoint;
        message = ''
          fleet.k3s.dataDir: ${dataDir} is mounted on ${mountPoint}, so neither may lie within the other. Name a directory elsewhere, or unset it.
        '';
      }
    ];

    # A mount unit rather than fileSystems, which would drop the host into emergency mode when the disk is missing.
    systemd.mounts = [
      {
        description = "k3s' data on ${dataDir}";
        what = dataDir;
        where = mountPoint;
        type = "none";
        options = "bind";
        # systemd makes the directory if there is none, but only once its disk is mounted: it must never be
        # made on the root disk below.
        unitConfig.RequiresMountsFor = dataDir;
      }
    ];

    systemd.services.k3s.unitConfig.RequiresMountsFor = mountPoint;
  };
}
