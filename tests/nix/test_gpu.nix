# NVIDIA cards by CDI.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) configOf evaluate lib;

  gpu.fleet.gpu.enable = true;
  host = configOf "one" gpu;
  inherit (evaluate "one" gpu) pkgs;
  generator = "nvidia-container-toolkit-cdi-generator";
in
{
  testK3sFindsTheRuntimesOnItsPath = {
    expr = lib.elem "${pkgs.nvidia-container-toolkit.tools}" (
      map toString host.systemd.services.k3s.path
    );
    expected = true;
  };

  testK3sStartsAfterTheListOfDevicesButDoesNotNeedIt = {
    expr = map (relation: lib.elem "${generator}.service" host.systemd.services.k3s.${relation}) [
      "after"
      "wants"
      "requires"
    ];
    expected = [
      true
      true
      false
    ];
  };

  # A second generator would write each device twice, which CDI refuses.
  testTheOnlyGeneratorIsNixOS = {
    expr = lib.filter (lib.hasInfix "cdi") (lib.attrNames host.systemd.services);
    expected = [ generator ];
  };

  testTheHostsOwnContainerdStaysOff = {
    expr = host.virtualisation.containerd.enable;
    expected = false;
  };

  testDeviceNames = {
    expr =
      map (change: (configOf "one" change).hardware.nvidia-container-toolkit.device-name-strategy)
        [
          gpu
          (lib.recursiveUpdate gpu { fleet.gpu.deviceNames = "uuid"; })
        ];
    expected = [
      "index"
      "uuid"
    ];
  };

  testDriver = {
    expr = {
      inherit (host.hardware.nvidia) open nvidiaPersistenced;
      stable = host.hardware.nvidia.package == host.boot.kernelPackages.nvidiaPackages.stable;
      isAsked = lib.elem "nvidia" host.services.xserver.videoDrivers;
    };
    expected = {
      open = true;
      nvidiaPersistenced = true;
      stable = true;
      isAsked = true;
    };
  };

  testOnlyTheDriverMayBeUnfree = {
    expr = map (pname: host.nixpkgs.config.allowUnfreePredicate { inherit pname; }) [
      "nvidia-x11"
      "nvidia-settings"
      "cuda-toolkit"
    ];
    expected = [
      true
      true
      false
    ];
  };

  testAHostWithoutCardsHasNothingOfIt = {
    expr = {
      toolkit = (configOf "one" { }).hardware.nvidia-container-toolkit.enable;
      unfree = (configOf "one" { }).nixpkgs.config ? allowUnfreePredicate;
    };
    expected = {
      toolkit = false;
      unfree = false;
    };
  };
}
