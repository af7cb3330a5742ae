# Everything that the tests and linters use.
{ pkgs, pyfleet }:
pkgs.mkShell {
  name = "pyfleet";
  inputsFrom = [ pyfleet ];
  packages = [
    pkgs.jq
    pkgs.kubectl
    pkgs.kustomize
    pkgs.mypy
    pkgs.nixfmt-tree
    pkgs.ruff
  ];
}
