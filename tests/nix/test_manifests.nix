# What the cluster is started with.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) configOf failures lib;

  given.fleet.k3s.manifests.namespace-argocd = ./test_manifests.nix;
  manifestsOf =
    name: change:
    lib.filterAttrs (_: manifest: manifest.enable) (configOf name change).services.k3s.manifests;
in
{
  testNoneByDefault = {
    expr = manifestsOf "one" { };
    expected = { };
  };

  testTheServerAppliesThem = {
    expr = lib.mapAttrs (_: manifest: {
      inherit (manifest) target;
      source = baseNameOf manifest.source;
    }) (manifestsOf "one" given);
    expected.namespace-argocd = {
      target = "namespace-argocd.yaml";
      source = "test_manifests.nix";
    };
  };

  # Else a change would be applied when k3s happens to start the next time.
  testAChangeRestartsK3s = {
    expr = lib.any (lib.hasSuffix "test_manifests.nix") (
      (configOf "one" given).systemd.services.k3s.restartTriggers
    );
    expected = true;
  };

  testAnAgentAppliesNone = {
    expr = failures "three" given;
    expected = [
      "fleet.k3s.manifests is set on an agent, which applies none. Set it on a server instead."
    ];
  };
}
