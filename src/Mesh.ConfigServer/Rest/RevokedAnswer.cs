namespace Mesh.ConfigServer.Rest;

/// <summary>What was taken back.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Instances">How many processes with a certificate in force.</param>
/// <param name="Tokens">How many join tokens, which were good until now.</param>
internal sealed record RevokedAnswer(string Service, string Namespace, int Instances, int Tokens);
