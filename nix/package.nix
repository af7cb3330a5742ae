# The generator, tested while it is built.
{ pkgs, src }:
let
  inherit (pkgs) lib python3Packages;
in
python3Packages.buildPythonApplication {
  pname = "pyfleet";
  inherit ((lib.importTOML ../pyproject.toml).project) version;
  inherit src;
  pyproject = true;

  build-system = [ python3Packages.setuptools ];

  dependencies = with python3Packages; [
    click
    jinja2
    pydantic
    pyyaml
  ];

  # Tests that want more than this (Nix, kustomize, Kubernetes' schemas) skip themselves.
  nativeCheckInputs = [
    (import ./pytest-nix.nix { inherit pkgs; })
    pkgs.jq
    python3Packages.hypothesis
    python3Packages.jsonschema
    python3Packages.pytestCheckHook
  ];

  pythonImportsCheck = [ "pyfleet" ];

  meta = {
    description = "NixOS k3s hosts with GPUs, and all that runs on them, from one YAML file";
    mainProgram = "pyfleet";
    platforms = lib.platforms.unix;
  };
}
