# Images that k3s loads from the store, each with the name that pods know it by.
{ lib, pkgs }:
let
  image = name: tag: arguments: {
    reference = "${name}:${tag}";
    archive = pkgs.dockerTools.buildImage ({ inherit name tag; } // arguments);
  };

  # Every port that an engine of the catalog or a fleet of these tests serves on.
  ports = [
    80
    5000
    8000
    8080
    8188
    9874
    11434
    30000
  ];

  programs =
    name: python: files:
    pkgs.symlinkJoin {
      inherit name;
      paths = lib.mapAttrsToList (
        program: file: pkgs.writeShellScriptBin program ''exec ${python}/bin/python3 ${file} "$@"''
      ) files;
    };
in
{
  pause = image "vm.local/pause" "local" {
    copyToRoot = pkgs.kubernetes.pause;
    config.Entrypoint = [ "/bin/pause" ];
  };

  # Stands in for what a workload runs: answers every path on every port.
  standIn = image "vm.local/stand-in" "local" {
    copyToRoot = programs "stand-in" pkgs.python3Minimal { stand-in = ../stand_in/server.py; };
    config.Entrypoint = [ "/bin/stand-in" ];
    config.Cmd = [ "serve" ] ++ map toString ports;
  };

  # Stands in for NVIDIA's device plugin under its own name, so that the rendered DaemonSet runs it.
  devicePlugin = image "nvcr.io/nvidia/k8s-device-plugin" "v0.20.0" {
    copyToRoot =
      programs "device-plugin"
        (pkgs.python3.withPackages (ps: [
          ps.grpcio
          ps.pyyaml
        ]))
        {
          nvidia-device-plugin = ../stand_in/device_plugin.py;
          config-manager = ../stand_in/config_manager.py;
        };
    config.Env = [ "PATH=/bin" ];
  };

  # What a pod waits with for another: sh, wget, nc, date.
  busybox = image "busybox" "1.37.0" {
    copyToRoot = pkgs.busybox;
    config.Env = [ "PATH=/bin" ];
  };

  # Names in the cluster, for tests that need them; fixtures/dns.yaml runs it.
  dns = image "vm.local/coredns" "local" {
    copyToRoot = pkgs.coredns;
    config.Entrypoint = [ "/bin/coredns" ];
  };
}
