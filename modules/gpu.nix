# NVIDIA cards for pods, by CDI: the driver, the list of devices (/var/run/cdi) and the container runtime that reads it.
# k3s looks for container runtimes on its PATH, once, when it starts, and configures its containerd accordingly.
# So nothing here writes a configuration for containerd, and the host's own containerd plays no part.
{ config, lib, ... }:
let
  inherit (lib) mkOption types;
  fleetTypes = import ../nix/types.nix { inherit lib; };

  cfg = config.fleet.gpu;
  inherit (config.boot.kernelPackages) nvidiaPackages;
  toolkit = config.hardware.nvidia-container-toolkit.package;
  cdiGenerator = "nvidia-container-toolkit-cdi-generator.service";
in
{
  imports = [ ./k3s.nix ];

  options.fleet.gpu = {
    enable = lib.mkEnableOption "NVIDIA GPUs for the pods of this host";

    open = mkOption {
      type = types.bool;
      default = true;
      description = "Whether to use NVIDIA's open kernel modules; cards since Blackwell have no others, cards before Turing cannot use them.";
    };

    driver = mkOption {
      type = fleetTypes.packageName;
      default = "stable";
      example = "production";
      description = "Attribute of `boot.kernelPackages.nvidiaPackages` with the driver.";
    };

    deviceNames = mkOption {
      type = types.enum [
        "index"
        "uuid"
      ];
      default = "index";
      description = "How CDI names the cards. It has to be what NVIDIA's device plugin asks for (its `deviceIDStrategy`), or no pod with a GPU starts.";
    };
  };

  config = lib.mkIf cfg.enable (
    lib.mkMerge [
      {
        assertions = [
          {
            assertion = nvidiaPackages ? ${cfg.driver};
            message = ''
              fleet.gpu.driver: this kernel has no NVIDIA driver "${cfg.driver}". Name an attribute of boot.kernelPackages.nvidiaPackages, such as "stable".
            '';
          }
          # Guides have both of these, and either leaves a host that looks configured and gives pods no cards.
          {
            assertion = !(config.systemd.services ? nvidia-cdi-generator);
            message = ''
              systemd.services.nvidia-cdi-generator: fleet.gpu has NixOS write the list of devices already (${cdiGenerator}), and a second list names each card twice. Remove that unit.
            '';
          }
          {
            assertion = !lib.hasInfix "nvidia" (builtins.toJSON config.virtualisation.containerd.settings);
            message = ''
              virtualisation.containerd.settings names an NVIDIA runtime, but k3s runs its own containerd, which reads none of it. Remove it: k3s finds the runtime on its PATH.
            '';
          }
        ];

        # Of several predicates nixpkgs takes the first, so one of the host's own wins over this. (mkDefault has no
        # effect inside nixpkgs.config; around it, any other setting there would remove this one.)
        nixpkgs.config = lib.mkAfter {
          allowUnfreePredicate =
            package:
            lib.elem (lib.getName package) [
              "nvidia-persistenced"
              "nvidia-settings"
              "nvidia-x11"
            ];
        };

        # This is how NixOS is asked for the driver, with or without an X server.
        services.xserver.videoDrivers = [ "nvidia" ];
        hardware.graphics.enable = true;
        hardware.nvidia = {
          inherit (cfg) open;
          # A missing driver is reported by the assertion above.
          package = nvidiaPackages.${cfg.driver} or nvidiaPackages.stable;
          # Without it an unused card is initialised again for each new process.
          nvidiaPersistenced = lib.mkDefault true;
          nvidiaSettings = lib.mkDefault false;
        };

        hardware.nvidia-container-toolkit = {
          enable = true;
          device-name-strategy = cfg.deviceNames;
        };
      }

      (lib.mkIf config.fleet.k3s.enable {
        systemd.services.k3s = {
          # The runtimes are in the output `tools`; `out` has only nvidia-ctk.
          path = [
            toolkit
            (lib.getOutput "tools" toolkit)
          ];
          # Not `requires`: without its cards a host still runs its other pods.
          after = [ cdiGenerator ];
          wants = [ cdiGenerator ];
        };
      })
    ]
  );
}
