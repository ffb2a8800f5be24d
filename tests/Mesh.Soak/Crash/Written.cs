namespace Mesh.Soak.Crash;

/// <summary>A write that the server has acknowledged.</summary>
/// <param name="Author">Who wrote.</param>
/// <param name="Number">Which of that author's writes.</param>
/// <param name="Generation">As the server answered.</param>
/// <param name="Changes">As the server answered: each document, and the ETag that it has now.</param>
internal sealed record Written(string Author, int Number, long Generation, string Changes);
