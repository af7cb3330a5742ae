# A small fleet for the tests of the modules: its hosts as pyfleet renders them, evaluated by NixOS.
{ nixpkgs }:
let
  inherit
    ((import (nixpkgs + "/flake.nix")).outputs {
      self = {
        outPath = nixpkgs;
      };
    })
    lib
    ;

  shared = {
    fleet.cluster = {
      name = "hydra";
      domain = "hydra.io";
    };
    fleet.nodes = {
      one = {
        address = "192.0.2.1";
        role = "server";
        labels."hydra.io/gpu-count" = "2";
        taints = [ "nvidia.com/gpu=present:NoSchedule" ];
      };
      two = {
        address = "192.0.2.2";
        role = "server";
      };
      three = {
        address = "192.0.2.3";
        role = "agent";
      };
    };
    fleet.k3s.tokenFile = "/run/secrets/k3s-token";
    fleet.firewall.admins = [ "198.51.100.0/24" ];
  };

  machine = {
    nixpkgs.hostPlatform = "x86_64-linux";
    system.stateVersion = "25.05";
    boot.loader.grub.device = "nodev";
    fileSystems."/".device = "/dev/disk/by-label/nixos";
  };

  own = {
    one.fleet.k3s = {
      enable = true;
      role = "server";
      clusterInit = true;
    };
    two.fleet.k3s = {
      enable = true;
      role = "server";
      serverAddr = "https://192.0.2.1:6443";
    };
    three.fleet.k3s = {
      enable = true;
      role = "agent";
      serverAddr = "https://192.0.2.1:6443";
    };
  };
in
rec {
  inherit lib;

  evaluate =
    name: change:
    lib.nixosSystem {
      modules = [
        ../../modules
        machine
        shared
        { networking.hostName = lib.mkDefault name; }
        own.${name}
        change
      ];
    };

  configOf = name: change: (evaluate name change).config;

  # The messages of the assertions that fail.
  failures =
    name: change:
    map (failed: lib.trim failed.message) (
      lib.filter (one: !one.assertion) (configOf name change).assertions
    );

  # Whether NixOS takes a value for an option, `path` being the option's.
  accepts =
    path: value:
    (builtins.tryEval (
      builtins.deepSeq (lib.getAttrFromPath path (configOf "one" (lib.setAttrByPath path value))) true
    )).success;
}
