# What confines a service that needs nothing of its host but the network: it has no account of its own, and sees little.
{ lib }:
(import ./shared.nix { inherit lib; }).confinement
// {
  DynamicUser = true;
  NoNewPrivileges = true;
  PrivateTmp = true;
  ProtectSystem = "strict";
  RestrictAddressFamilies = [
    "AF_INET"
    "AF_INET6"
    "AF_UNIX"
  ];
  UMask = "0077";
}
