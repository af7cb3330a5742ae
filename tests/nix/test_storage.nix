# k3s' data on another disk, volumes on NFS, and directories of local volumes.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) configOf lib;

  moved = configOf "one" { fleet.k3s.dataDir = "/data/k3s"; };
  mounts =
    host:
    map (mount: {
      inherit (mount)
        what
        where
        type
        options
        ;
      after = mount.unitConfig.RequiresMountsFor;
    }) (lib.filter (mount: mount.where == "/var/lib/rancher/k3s") host.systemd.mounts);
in
{
  testDataIsMountedWhereK3sLooks = {
    expr = mounts moved;
    expected = [
      {
        what = "/data/k3s";
        where = "/var/lib/rancher/k3s";
        type = "none";
        options = "bind";
        after = "/data/k3s";
      }
    ];
  };

  testK3sWaitsForTheMount = {
    expr = moved.systemd.services.k3s.unitConfig.RequiresMountsFor;
    expected = "/var/lib/rancher/k3s";
  };

  # Otherwise a missing disk would stop the boot.
  testTheMountIsNoneOfTheBoots = {
    expr = moved.fileSystems ? "/var/lib/rancher/k3s";
    expected = false;
  };

  testWithoutDataDirNothingIsMounted = {
    expr = mounts (configOf "one" { });
    expected = [ ];
  };

  testADirectoryOfLocalVolumesIsMadeOnceItsDiskIsMounted = {
    expr =
      let
        host = configOf "one" { fleet.localStorage.directories = [ "/srv/models" ]; };
        service = host.systemd.services."local-storage-srv-models";
      in
      {
        inherit (service) wantedBy;
        after = service.unitConfig.RequiresMountsFor;
        runs = lib.tail (lib.splitString " " service.serviceConfig.ExecStart);
      };
    expected = {
      wantedBy = [ "multi-user.target" ];
      after = "/srv/models";
      runs = [
        "--parents"
        "/srv/models"
      ];
    };
  };

  testNfsClient = {
    expr =
      map
        (enable: {
          mounts =
            (configOf "one" { fleet.nfs = { inherit enable; }; }).boot.supportedFilesystems.nfs or false;
          rpcbind = (configOf "one" { fleet.nfs = { inherit enable; }; }).services.rpcbind.enable;
        })
        [
          true
          false
        ];
    expected = [
      {
        mounts = true;
        rpcbind = true;
      }
      {
        mounts = false;
        rpcbind = false;
      }
    ];
  };
}
