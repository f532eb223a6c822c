# What the reconciler may do in a Vault or OpenBao with KV v2 at "secret/". Before use, replace in every path:
#
#   INSTALLATION   the name of the installation, such as production
#   ORGANIZATION   the id of one organisation (a uuid), for a role that serves that one alone;
#                  or +, which stands for any one folder, for a role that serves them all
#
#   bao policy write reconciler-production vault-policy.hcl
#
# No list, no delete, no undelete: the reconciler knows its paths, and destroys one version at a time.

path "secret/data/reconciler/INSTALLATION/ORGANIZATION/+" {
  capabilities = ["create", "read", "update"]
}

# The current version to check against, how many versions are kept, and the number that people see.
path "secret/metadata/reconciler/INSTALLATION/ORGANIZATION/+" {
  capabilities = ["create", "read", "update"]
}

path "secret/destroy/reconciler/INSTALLATION/ORGANIZATION/+" {
  capabilities = ["update"]
}

# Its own token's lease. The built-in policy "default" has these two as well.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
