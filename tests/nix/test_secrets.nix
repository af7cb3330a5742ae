# The unit that makes Secrets of files.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) configOf lib;

  host = configOf "one" {
    fleet.secrets = {
      ai.hf-token.files.token = "/run/secrets/hf-token";
      argocd.fleet-repo = {
        files = {
          username = "/run/secrets/git-user";
          password = "/run/secrets/git";
        };
        labels."argocd.argoproj.io/secret-type" = "repository";
        literals.url = "https://git.example.com/fleet.git";
      };
      media.hf-token.files.token = "/run/secrets/hf-token";
    };
  };
  unit = host.systemd.services.fleet-secrets;

  refused =
    change:
    lib.concatMap (each: lib.optional (!each.assertion) each.message)
      (configOf change.host { fleet.secrets = change.secrets; }).assertions;
in
{
  testEachSecretIsWantedInItsNamespace = {
    expr = map (secret: "${secret.namespace}/${secret.name}") (
      builtins.fromJSON (lib.head unit.restartTriggers).text
    );
    expected = [
      "ai/hf-token"
      "argocd/fleet-repo"
      "media/hf-token"
    ];
  };

  testWhatIsWrittenToTheStoreNamesCopiesOfTheFiles = {
    expr = lib.elemAt (builtins.fromJSON (lib.head unit.restartTriggers).text) 1;
    expected = {
      namespace = "argocd";
      name = "fleet-repo";
      type = "Opaque";
      labels."argocd.argoproj.io/secret-type" = "repository";
      literals.url = "https://git.example.com/fleet.git";
      files = {
        password = "file-1";
        username = "file-2";
      };
    };
  };

  # One file that two Secrets are made of is one copy.
  testSystemdHandsTheFilesToTheUnit = {
    expr = unit.serviceConfig.LoadCredential;
    expected = [
      "kubeconfig:/etc/rancher/k3s/k3s.yaml"
      "file-0:/run/secrets/hf-token"
      "file-1:/run/secrets/git"
      "file-2:/run/secrets/git-user"
    ];
  };

  testItRunsOnEverySwitchAndByTimer = {
    expr = {
      inherit (unit) wantedBy startAt;
      remains = unit.serviceConfig.RemainAfterExit or false;
    };
    expected = {
      wantedBy = [ "multi-user.target" ];
      startAt = [ "*:0/5" ];
      remains = false;
    };
  };

  testItNeedsARunningK3sAndDoesNotStartIt = {
    expr = { inherit (unit) after requisite requires; };
    expected = {
      after = [ "k3s.service" ];
      requisite = [ "k3s.service" ];
      requires = [ ];
    };
  };

  testItRunsUnprivileged = {
    expr = {
      inherit (unit.serviceConfig)
        DynamicUser
        NoNewPrivileges
        PrivateTmp
        ProtectSystem
        LimitCORE
        ;
    };
    expected = {
      DynamicUser = true;
      NoNewPrivileges = true;
      PrivateTmp = true;
      ProtectSystem = "strict";
      LimitCORE = 0;
    };
  };

  testHostsWithoutSecretsDoNotHaveIt = {
    expr = (configOf "one" { }).systemd.services ? fleet-secrets;
    expected = false;
  };

  testAnAgentIsRefused = {
    expr = refused {
      host = "three";
      secrets.ai.hf-token.files.token = "/run/secrets/hf-token";
    };
    expected = [
      ''
        fleet.secrets is set on an agent, which may not make Secrets. Set it on a server instead.
      ''
    ];
  };

  testNamesThatKubernetesRefusesAreRefused = {
    expr = refused {
      host = "one";
      secrets.AI."hf token".files."a b" = "/run/secrets/hf-token";
    };
    expected = [
      ''
        fleet.secrets.AI.hf token: "AI" is no namespace. Write lower-case letters, digits and `-`.
      ''
      ''
        fleet.secrets.AI.hf token: "hf token" is no name of a Secret. Write lower-case letters, digits, `-` and `.`.
      ''
      ''
        fleet.secrets.AI.hf token: a key of a Secret is made of letters, digits and `-_.`. Rename "a b".
      ''
    ];
  };

  testAKeyGivenTwiceIsRefused = {
    expr = refused {
      host = "one";
      secrets.ai.hf-token = {
        files.token = "/run/secrets/hf-token";
        literals.token = "x";
      };
    };
    expected = [
      ''
        fleet.secrets.ai.hf-token: a key is in `files` and in `literals`. Keep one of them.
      ''
    ];
  };

  testAFileInTheStoreIsRefused = {
    expr =
      (builtins.tryEval (
        builtins.deepSeq
          (configOf "one" {
            fleet.secrets.ai.hf-token.files.token = "${builtins.storeDir}/x-hf-token";
          }).fleet.secrets
          true
      )).success;
    expected = false;
  };
}
