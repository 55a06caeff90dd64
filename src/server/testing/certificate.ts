/**
 * A certificate for `localhost` alone, made for tests and signed by itself; good for a century and for nothing else. Node cannot make any.
 */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUacOWvnQvPVTuI8LXq6lAwIdLA/kwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAxNDcyMFoYDzIxMjYxMDI5
MDE0NzIwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQUGJLFxo0TB2cKjnw2w3y7vgBhn8EDX+D5Am6uwlFNVp3Ml24Q6WqR
H9C5igP4kAdytGvQye+NKrNrpIkSHHmro2kwZzAdBgNVHQ4EFgQU4Zo6dvYLvmI3
5LazywCtPpDwMAowHwYDVR0jBBgwFoAU4Zo6dvYLvmI35LazywCtPpDwMAowDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIgFhaXgq16mJph5bdM2l1KpRQtjEP86QK4C+pS78FDBV0CIQDUNURMlC16
UL41UElMnNxN1x8eUtULJsap3230/3GWnQ==
-----END CERTIFICATE-----
`;

/** The key of {@link testCertificate}, which protects nothing. */
export const testCertificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7l+Aqs+AwhtDL1lM
y8SpKPEH4atCZKtBstU197BecP+hRANCAAQUGJLFxo0TB2cKjnw2w3y7vgBhn8ED
X+D5Am6uwlFNVp3Ml24Q6WqRH9C5igP4kAdytGvQye+NKrNrpIkSHHmr
-----END PRIVATE KEY-----
`;
