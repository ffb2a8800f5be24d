using System.Collections.Immutable;
using System.Globalization;
using Mesh.ConfigServer.Access;
using Mesh.ConfigServer.Store;
using Mesh.Model.Documents;

namespace Mesh.ConfigServer.Rest;

/// <summary>Reads what an access token is to allow, or says what is wrong with it.</summary>
internal static class AccessReader
{
    private const string Everywhere = "*";
    private const int MostNamespaces = 64;
    private const int LongestName = 64;
    private const int MostDays = 365;

    private static readonly string[] s_roles = [.. Enum.GetNames<AccessRole>().Select(role => role.ToLowerInvariant())];
    private static readonly string[] s_reserved = [WriteOrigin.Loopback, WriteOrigin.Unproven, WriteOrigin.OfServer.By];
    private static readonly Scalar<TimeSpan> s_lifetimes = Durations.Between(TimeSpan.FromMinutes(1), TimeSpan.FromDays(MostDays));

    /// <exception cref="ProblemException">It cannot be made.</exception>
    public static NewAccessToken Read(AccessRequest request)
    {
        AccessRole role = s_roles.IndexOf(request.Role.ToLowerInvariant()) is >= 0 and int index ? (AccessRole)index
            : throw Problems.BadRequest($"role is {Wording.Quote(request.Role)}: it is one of {Wording.Names(s_roles)}.");
        if (request.Name is { } name)
        {
            Require(
                name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'),
                $"name is {Wording.Quote(name)}: it takes at most {LongestName} letters, digits, '-', '_', '.' and '@'.");
            Require(!s_reserved.Contains(name, StringComparer.OrdinalIgnoreCase), $"name is {Wording.Quote(name)}, which the audit calls somebody else.");
        }

        IReadOnlyList<string> spaces = request.Namespaces ?? [Everywhere];
        bool isEverywhere = spaces.Contains(Everywhere);
        Require(spaces.Count is > 0 and <= MostNamespaces, $"namespaces are from 1 to {MostNamespaces}, or left out.");
        Require(!isEverywhere || spaces.Count == 1, "namespaces are '*', which is everywhere, or others.");
        Require(isEverywhere || role is not AccessRole.Admin, "An admin has all namespaces: leave them out, or make an editor.");
        return new NewAccessToken(
            request.Name, role, isEverywhere ? null : spaces.Select(Namespace).ToImmutableSortedSet(StringComparer.OrdinalIgnoreCase), Lifetime(request.Ttl));
    }

    private static string Namespace(string text) => Names.Part.Parse(text) is { State: ParseState.Good, Value: var space } ? space.ToLowerInvariant()
        : throw Problems.BadRequest($"namespaces: {Wording.Quote(text)} is no name of a namespace.");

    // In days, too: nobody counts the hours of a year.
    private static TimeSpan Lifetime(string text)
    {
        if (text is [.. var digits, 'd'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days is > 0 and <= MostDays)
        {
            return TimeSpan.FromDays(days);
        }

        Parsed<TimeSpan> parsed = s_lifetimes.Parse(text);
        return parsed.State is ParseState.Good ? parsed.Value
            : throw Problems.BadRequest($"ttl is {Wording.Quote(text)}: it takes from 1m to {MostDays}d, as 30d or 12h.");
    }

    private static void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw Problems.BadRequest(fault);
        }
    }
}
