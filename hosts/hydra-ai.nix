# What only this machine has; all else follows from fleet.yaml.
{
  system.stateVersion = "26.05";

  boot.loader.efi.canTouchEfiVariables = true;
  boot.loader.grub = {
    efiSupport = true;
    device = "nodev";
  };
  boot.initrd.availableKernelModules = [
    "nvme"
    "xhci_pci"
    "usbhid"
  ];
  hardware.cpu.amd.updateMicrocode = true;

  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  fileSystems."/boot" = {
    device = "/dev/disk/by-label/boot";
    fsType = "vfat";
    options = [ "umask=0077" ];
  };

  # The join token has to be at fleet.k3s.tokenFile before k3s starts. With sops-nix (its module goes to `modules` of
  # mkFleet), encrypted in the repository and decrypted on the host:
  #
  #   sops.defaultSopsFile = ./secrets.yaml;
  #   sops.age.sshKeyPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
  #   sops.secrets.k3s-token.restartUnits = [ "k3s.service" ];    # is put at /run/secrets/k3s-token
}
