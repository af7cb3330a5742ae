# What NixOS makes of each host's rendered file, as text: the firewall in both of NixOS' ways, units, what k3s is given.
{ nixpkgs, fleet }:
let
  flake = (import (nixpkgs + "/flake.nix")).outputs {
    self = {
      outPath = nixpkgs;
    };
  };
  inherit (flake) lib;
  pkgs = flake.legacyPackages.x86_64-linux;

  machine =
    { pkgs, ... }:
    {
      system.stateVersion = "26.05";
      boot.loader.grub.device = "nodev";
      fileSystems."/".device = "/dev/disk/by-label/nixos";
      services.k3s.package = lib.mkForce pkgs.k3s;
    };

  # Scripts whose path is their text, so that the unit that runs one shows it.
  scriptsAsText._module.args.pkgs = lib.mkForce (
    pkgs
    // {
      writeScriptBin = _: text: {
        type = "derivation";
        name = "script";
        outPath = text;
      };
    }
  );

  evaluate =
    host: module:
    (lib.nixosSystem {
      modules = [
        ../../modules
        (fleet + "/rendered/nix/${host}.nix")
        machine
        module
      ];
    }).config;

  ours =
    name:
    lib.hasPrefix "k3s" name
    || lib.hasPrefix "fleet-" name
    || lib.hasPrefix "var-lib-rancher" name
    || lib.hasPrefix "nvidia-container-toolkit" name;
in
lib.mapAttrs'
  (
    file: _:
    let
      name = lib.removeSuffix ".nix" file;
      plain = evaluate name scriptsAsText;
      nftables = evaluate name { networking.nftables.enable = true; };
    in
    {
      inherit name;
      value = {
        inherit (plain.fleet) nodes;
        inherit (plain.fleet.firewall) allow admins trustedInterfaces;
        inherit (plain.networking.firewall) allowedTCPPorts allowedUDPPorts;
        # "@" SCRIPT "/bin/firewall-start firewall-start"
        iptables = plain.systemd.services.firewall.serviceConfig.ExecStart;
        nftables = nftables.networking.nftables.tables.nixos-fw.content;
        units = lib.mapAttrs (_: unit: unit.text) (
          lib.filterAttrs (unit: _: ours unit) plain.systemd.units
        );
        k3s = {
          path = map toString plain.systemd.services.k3s.path;
          template = plain.services.k3s.containerdConfigTemplate or null;
        };
      };
    }
  )
  (
    if builtins.pathExists (fleet + "/rendered/nix") then
      builtins.readDir (fleet + "/rendered/nix")
    else
      { }
  )
