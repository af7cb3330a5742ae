# Volumes on NFS: the kubelet mounts them with the host's tools, and without those a pod hangs in ContainerCreating.
{ config, lib, ... }:
{
  options.fleet.nfs.enable = lib.mkEnableOption "the NFS client, for pods whose volumes are on an NFS server";

  config = lib.mkIf config.fleet.nfs.enable {
    # NixOS adds mount.nfs, rpcbind and idmapd.
    boot.supportedFilesystems.nfs = true;
  };
}
