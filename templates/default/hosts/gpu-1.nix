# What only this machine has; all else follows from fleet.yaml. `nixos-generate-config --show-hardware-config` writes
# most of it.
{
  system.stateVersion = "26.05";

  boot.loader.efi.canTouchEfiVariables = true;
  boot.loader.grub = {
    efiSupport = true;
    device = "nodev";
  };

  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  fileSystems."/boot" = {
    device = "/dev/disk/by-label/boot";
    fsType = "vfat";
    options = [ "umask=0077" ];
  };

  # Put the join token (`openssl rand -hex 32`) at fleet.k3s.tokenFile, by sops-nix, agenix or by hand.
}
