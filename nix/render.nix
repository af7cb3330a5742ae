# `nix run .#render`: `pyfleet render` in the current directory.
{ pkgs, pyfleet }:
pkgs.writeShellApplication {
  name = "pyfleet-render";
  runtimeInputs = [ pyfleet ];
  text = ''exec pyfleet render "$@"'';
  meta.description = "Render the fleet file to hosts/rendered";
}
