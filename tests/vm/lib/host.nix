# What a VM has in place of a host's own machine: an address, images, and cards that are none.
{
  config,
  images,
  lib,
  pkgs,
  ...
}:
let
  node = config.fleet.nodes.${config.networking.hostName};
  cards = lib.toInt (node.labels."${config.fleet.cluster.domain}/gpu-count" or "0");
in
{
  # The driver gives addresses by the order of names; the fleet plans its own, in the same network or another.
  networking.primaryIPAddress = lib.mkForce node.address;

  fleet.k3s = {
    # The default route is the driver's own, on eth0.
    interface = lib.mkDefault "eth1";
    # Components whose images are on the internet.
    disable = [
      "coredns"
      "local-storage"
      "metrics-server"
    ];
    extraFlags = [ "--pause-image=${images.pause.reference}" ];
  };
  services.k3s.images = [
    images.pause.archive
    images.standIn.archive
  ]
  ++ lib.optional config.fleet.gpu.enable images.devicePlugin.archive;

  virtualisation = {
    cores = 2;
    memorySize = if config.fleet.k3s.role == "server" then 2560 else 1536;
    diskSize = 6144;
  };

  # All of modules/gpu.nix is in effect but the driver: VMs have no card, and NixOS drops it from a VM's video drivers.
  # The runtimes are NVIDIA's own; only the program that lists the cards is replaced.
  hardware = lib.mkIf config.fleet.gpu.enable {
    nvidia.package = lib.mkForce (pkgs.runCommand "no-driver" { } ''mkdir -p "$out/bin" "$out/lib"'');
    nvidia-container-toolkit = {
      package = import ./toolkit.nix { inherit cards lib pkgs; };
      suppressNvidiaDriverAssertion = true;
    };
  };
}
