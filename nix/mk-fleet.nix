# NixOS configurations of a fleet: each host's rendered values, its hand-written file if there is one, and the modules.
{ nixpkgs, module }:
{
  # The folder with fleet.yaml, the hand-written <host>.nix and rendered/.
  hosts,
  # Further modules for every host, such as sops-nix.
  modules ? [ ],
}:
let
  inherit (nixpkgs) lib;
  rendered = hosts + "/rendered/nix";

  # Hosts that don't run NixOS have no file here, so a rendered fleet may lack the folder.
  files =
    if builtins.pathExists rendered then
      lib.filterAttrs (name: _: lib.hasSuffix ".nix" name) (builtins.readDir rendered)
    else if builtins.pathExists (hosts + "/rendered") then
      { }
    else
      throw "mkFleet: ${baseNameOf hosts}/ has no rendered/: run `nix run .#render`, then `git add` what it wrote, since a flake sees only what git tracks";
in
{
  nixosConfigurations = lib.mapAttrs' (
    file: _:
    let
      byHand = hosts + "/${file}";
    in
    {
      name = lib.removeSuffix ".nix" file;
      value = lib.nixosSystem {
        modules = [
          module
          (rendered + "/${file}")
        ]
        ++ lib.optional (builtins.pathExists byHand) byHand
        ++ modules;
      };
    }
  ) files;
}
