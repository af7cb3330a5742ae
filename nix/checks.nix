# Checks of one system: its hosts evaluate, what is rendered is current and valid, the package passes its tests, code
# is formatted and documented, and the VM tests pass.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv.hostPlatform) system;
  inherit (self.packages.${system}) pyfleet pytest-nix;

  nixFilesIn = folder: lib.filter (lib.hasSuffix ".nix") (lib.attrNames (builtins.readDir folder));

  # The repository's own fleet, and those of the tests, by the prefix that their checks have.
  fleets = {
    "" = ../hosts;
  }
  // lib.mapAttrs' (name: _: lib.nameValuePair "${name}-" (../tests/fleets + "/${name}")) (
    lib.filterAttrs (_: type: type == "directory") (builtins.readDir ../tests/fleets)
  );

  # Hosts of the tests' fleets have no file with what only the machine knows.
  standIn = {
    system.stateVersion = "26.05";
    boot.loader.grub.device = "nodev";
    fileSystems."/".device = "/dev/disk/by-label/nixos";
  };
  hostsOf =
    prefix: folder:
    (self.lib.mkFleet {
      hosts = folder;
      modules = lib.optional (prefix != "") standIn;
    }).nixosConfigurations;

  isHere = host: host.pkgs.stdenv.hostPlatform.system == system;

  # The derivation is computed, not built: nobody should have to build a host to find a typo.
  evaluation =
    name: host:
    pkgs.runCommand name {
      drvPath = builtins.unsafeDiscardStringContext host.config.system.build.toplevel.drvPath;
    } ''echo "$drvPath" >"$out"'';

  evaluations = lib.concatMapAttrs (
    prefix: folder:
    lib.mapAttrs' (name: host: {
      name = "eval-${prefix}${name}";
      value = evaluation "eval-${prefix}${name}" host;
    }) (lib.filterAttrs (_: isHere) (hostsOf prefix folder))
  ) fleets;

  # Their fleets have hosts of this system.
  vmTests = lib.optionalAttrs (system == "x86_64-linux") (
    lib.listToAttrs (
      map (file: {
        name = "vm-${lib.removeSuffix ".nix" file}";
        value = pkgs.testers.runNixOSTest {
          imports = [ (../tests/vm + "/${file}") ];
          _module.args = { inherit pyfleet; };
        };
      }) (nixFilesIn ../tests/vm)
    )
  );

  # Kubernetes' schemas, which the tests of manifests read; nixpkgs has no package of them.
  kubernetesValidate =
    ps:
    ps.buildPythonPackage rec {
      pname = "kubernetes-validate";
      version = "1.37.0";
      format = "wheel";
      src = pkgs.fetchurl {
        url = "https://files.pythonhosted.org/packages/py3/k/kubernetes_validate/kubernetes_validate-${version}-py3-none-any.whl";
        hash = "sha256-hRNtAYontQ7H/ASdkCv6UZP1l2gH5sD0COOrb+B4ytk=";
      };
      dependencies = [
        ps.importlib-resources
        ps.jsonschema
        ps.packaging
        ps.pyyaml
        ps.referencing
        ps.typing-extensions
      ];
    };

  python = pkgs.python3.withPackages (ps: [
    (kubernetesValidate ps)
    pytest-nix
    ps.click
    ps.hypothesis
    ps.jinja2
    ps.mypy
    ps.pydantic
    ps.pytest
    ps.pyyaml
    ps.types-pyyaml
  ]);

  # Runs a command in a copy of the repository, since tools write caches beside what they read.
  inCopy =
    name: tools: command:
    pkgs.runCommand name { nativeBuildInputs = tools; } ''
      cp -r ${self} repository
      chmod -R u+w repository
      cd repository
      export HOME="$TMPDIR"
      ${command}
      touch "$out"
    '';

  options = pkgs.writeText "options.md" (import ./options-doc.nix { inherit lib; });
in
evaluations
// vmTests
// {
  # Their own tests run while they are built.
  inherit pyfleet pytest-nix;
  dev-shell = self.devShells.${system}.default;

  lint =
    inCopy "lint"
      [
        pkgs.ruff
        python
      ]
      ''
        ruff check
        ruff format --check
        python3 -m mypy
      '';

  rendered = inCopy "rendered" [ pyfleet ] ''
    status=0
    for fleet in hosts/fleet.yaml tests/fleets/*/fleet.yaml; do
      folder=$(dirname "$fleet")
      pyfleet render "$fleet" -o "$TMPDIR/$folder" >"$TMPDIR/log" 2>&1 || { cat "$TMPDIR/log"; status=1; continue; }
      diff -r "$folder/rendered" "$TMPDIR/$folder" || {
        echo "$folder/rendered is not up to date with $fleet; update it with: nix run .#render -- $fleet"
        status=1
      }
    done
    [ "$status" = 0 ]
  '';

  # kustomize, Kubernetes' schemas in strict mode, and whether objects fit one another.
  manifests =
    inCopy "manifests"
      [
        pkgs.kustomize
        python
      ]
      ''
        python3 -m pytest tests/manifests
      '';

  # Every alert, in cases that fire and cases that must not.
  rules =
    inCopy "rules"
      [
        (lib.getOutput "cli" pkgs.prometheus)
        python
      ]
      ''
        python3 -m pytest tests/rules
      '';

  # Its own tests check the form of what pyfleet renders.
  format = inCopy "format" [ pkgs.nixfmt ] ''
    find . -name '*.nix' -not -path '*/rendered/*' -print0 | xargs -0 nixfmt --check
  '';

  options = pkgs.runCommand "options" { passthru.table = options; } ''
    diff ${../modules/README.md} ${options} || {
      echo 'modules/README.md is not up to date with the modules; update it with:'
      echo '  install -m 644 "$(nix build --no-link --print-out-paths .#checks.${system}.options.table)" modules/README.md'
      exit 1
    }
    touch "$out"
  '';
}
