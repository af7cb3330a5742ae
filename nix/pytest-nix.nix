# The pytest plugin that runs test_*.nix, tested while it is built.
{ pkgs }:
let
  inherit (pkgs) lib python3Packages;
in
python3Packages.buildPythonPackage {
  pname = "pytest-nix";
  inherit ((lib.importTOML ../pytest-nix/pyproject.toml).project) version;
  src = ../pytest-nix;
  pyproject = true;

  build-system = [ python3Packages.setuptools ];

  dependencies = [ python3Packages.pytest ];

  # Tests that evaluate Nix skip themselves: there is none in a build.
  nativeCheckInputs = [ python3Packages.pytestCheckHook ];

  pythonImportsCheck = [ "pytest_nix" ];

  meta = {
    description = "pytest runs test_*.nix, and gives Python tests a Nix evaluator";
    license = lib.licenses.mit;
    platforms = lib.platforms.unix;
  };
}
