using System.Collections.Immutable;

namespace Mesh.Model.Documents;

/// <summary>The settings of <c>When</c>.</summary>
internal static class ConditionSchema
{
    private const string Header = "request.headers[";

    private static readonly ImmutableSortedDictionary<string, AuthorizationKey> s_keys = Maps.Of<AuthorizationKey>()
        .Add("source.ip", AuthorizationKey.SourceIp).Add("source.principal", AuthorizationKey.SourcePrincipal)
        .Add("source.namespace", AuthorizationKey.SourceNamespace).Add("source.trustDomain", AuthorizationKey.SourceTrustDomain)
        .Add("destination.port", AuthorizationKey.DestinationPort).Add("connection.sni", AuthorizationKey.ConnectionSni);

    private static readonly Scalar<(AuthorizationKey Key, string? Header)> s_key = new(
        $"one of request.headers[NAME], {Wording.Names(s_keys.Keys)} (not supported yet: request.auth.principal, request.auth.audiences, request.auth.claims[NAME])",
        ParseKey, _ => null);

    public static SomeOf<AuthorizationCondition> List { get; } = new(new(new Section<AuthorizationCondition>(
        new AuthorizationCondition(), [Rule.AtLeastOne("Key"), Rule.AtLeastOne("Values", "NotValues") with { CountsEmpty = true }])
    {
        { "Key", "What is asked.", s_key, _ => null, (c, v) => c with { Key = v.Key, Header = v.Header } },
        new ValuesSetting((c, v) => c with { Values = v }) { Name = "Values", Doc = "Any of these values." },
        new ValuesSetting((c, v) => c with { NotValues = v }) { Name = "NotValues", Doc = "None of these values." },
    }));

    private static Parsed<(AuthorizationKey Key, string? Header)> ParseKey(string text)
    {
        if (text.StartsWith("request.auth.", StringComparison.Ordinal))
        {
            return Parsed.NotSupportedYet<(AuthorizationKey, string?)>();
        }

        if (text.StartsWith(Header, StringComparison.Ordinal) && text[Header.Length..] is [.. var name, ']'])
        {
            return Texts.Token.Parse(name).State is ParseState.Good ? (AuthorizationKey.RequestHeader, name)
                : Parsed.Bad<(AuthorizationKey, string?)>($"{Wording.Quote(name)} is no header's name.");
        }

        return s_keys.TryGetValue(text, out AuthorizationKey key) ? (key, null)
            : Parsed.Bad<(AuthorizationKey, string?)>(NearestName.Find(text, s_keys.Keys) is { } nearest ? $"Did you mean '{nearest}'?" : null);
    }

    private static Scalar<string> WordOf(AuthorizationKey key) => key switch
    {
        AuthorizationKey.RequestHeader => PolicyWords.HeaderValue,
        AuthorizationKey.SourceIp => PolicyWords.Block,
        AuthorizationKey.SourcePrincipal => PolicyWords.Principal,
        AuthorizationKey.SourceNamespace => PolicyWords.Namespace,
        AuthorizationKey.SourceTrustDomain => PolicyWords.TrustDomain,
        AuthorizationKey.DestinationPort => PolicyWords.Port,
        AuthorizationKey.ConnectionSni => PolicyWords.ServerName,
        _ => throw new InvalidOperationException($"No words are defined for the key '{key}'."),
    };

    /// <summary>What a value looks like depends on the key, which stands above in the table, so it is known here.</summary>
    private sealed class ValuesSetting(Func<AuthorizationCondition, ImmutableArray<string>, AuthorizationCondition> set) : Setting<AuthorizationCondition>
    {
        public override Shape Shape { get; } = Some(PolicyWords.HeaderValue);

        protected override AuthorizationCondition Apply(AuthorizationCondition record, DocumentNode node, Reading reading) =>
            set(record, Some(WordOf(record.Key)).Read(node, reading));

        private static SomeOf<string> Some(Scalar<string> word) => new(new ListOf<string>(word));
    }
}
