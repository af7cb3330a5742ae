# All modules of this folder.
{ lib, ... }:
let
  isModule = name: lib.hasSuffix ".nix" name && name != "default.nix";
in
{
  imports = map (name: ./. + "/${name}") (lib.filter isModule (lib.attrNames (builtins.readDir ./.)));
}
