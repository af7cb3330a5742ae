# The rendered tree of the Hydra fleet, applied to its hosts: workloads run where `pyfleet plan` says.
{
  hostPkgs,
  pyfleet,
  ...
}:
let
  fleet = ../../hosts;

  # kustomize takes no bases by absolute path, so the rendered tree lies beside the stand-ins.
  tree = hostPkgs.runCommand "workloads" { } ''
    mkdir "$out"
    cp -r ${fleet + "/rendered/kubernetes"} "$out/rendered"
    cp ${./fixtures/stand-ins.yaml} "$out/kustomization.yaml"
  '';

  plan = hostPkgs.runCommand "plan.json" { nativeBuildInputs = [ pyfleet ]; } ''
    pyfleet plan --json ${fleet}/fleet.yaml >"$out"
  '';

  big.virtualisation.memorySize = 3072;
in
{
  imports = [ ./lib/fleet-test.nix ];
  name = "vm-workloads";

  fleetTest = {
    inherit fleet;
    hosts = {
      hydra-ai = big;
      hydra-compute = big;
    };
    # What the fleet's storage says of the NFS server, with the folders that workloads mount.
    others.unraid = {
      address = "192.168.1.244";
      module =
        { lib, ... }:
        let
          models = "/mnt/user/models";
          shared = "/mnt/user/hydra_shared";
          export = path: "${path} 192.168.1.0/24(rw,insecure,no_root_squash,no_subtree_check)";
        in
        {
          services.nfs.server = {
            enable = true;
            exports = lib.concatMapStringsSep "\n" export [
              models
              shared
            ];
          };
          networking.firewall.enable = false;
          systemd.tmpfiles.rules = map (path: "d ${path} 0777 root root") [
            "/mnt/user"
            models
            "${models}/diffusion"
            shared
          ];
        };
    };
    facts = _: {
      plan = "${plan}";
      tree = "${tree}";
      kinds = "${./fixtures/kueue-kinds.yaml}";
    };
    script = ./workloads.py;
  };
}
