using System.Globalization;

namespace Mesh.Soak.Shop;

/// <summary>A call without a good answer.</summary>
/// <param name="Method">GET, PUT or POST.</param>
/// <param name="Began">When, in milliseconds of Unix time.</param>
/// <param name="Ended">When it failed.</param>
/// <param name="Kind">Of what.</param>
/// <param name="Service">Which service could not be called: the first, or the one behind it.</param>
/// <param name="Port">Of the replica that failed last; null where none was called.</param>
/// <param name="Attempts">How many were made.</param>
internal sealed record Failure(string Method, long Began, long Ended, string Kind, string Service, int? Port, int Attempts)
{
    public bool IsIdempotent => Method != "POST";

    public override string ToString() => $"{Method} {Kind} of {Service} at {Port?.ToString(CultureInfo.InvariantCulture) ?? "none"} after {Ended - Began} ms and {Attempts} attempts";
}
