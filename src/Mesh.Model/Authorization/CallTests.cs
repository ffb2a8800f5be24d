using System.Collections.Immutable;
using Mesh.Model.Documents;

namespace Mesh.Model.Authorization;

/// <summary>Makes the tests of rules, each for its end: what stands under Not for the opposite one.</summary>
internal static class CallTests
{
    public static IEnumerable<CallTest> Of(AuthorizationSource source, bool isWide) =>
    [
        .. Texts(CallText.Principal, source.Principals, source.NotPrincipals, isWide),
        .. Texts(CallText.Namespace, source.Namespaces, source.NotNamespaces, isWide),
        .. Texts(CallText.TrustDomain, source.TrustDomains, source.NotTrustDomains, isWide),
        .. Both(source.IpBlocks, source.NotIpBlocks, isWide, (blocks, wide) => new AddressTest(blocks, wide)),
    ];

    public static IEnumerable<CallTest> Of(AuthorizationOperation operation, bool isWide) =>
    [
        .. Texts(CallText.Method, operation.Methods, operation.NotMethods, isWide),
        .. Texts(CallText.Path, operation.Paths, operation.NotPaths, isWide),
        .. Texts(CallText.Host, operation.Hosts, operation.NotHosts, isWide),
        .. Texts(CallText.Route, operation.Routes, operation.NotRoutes, isWide),
        .. Both(operation.Ports, operation.NotPorts, isWide, (ports, wide) => new PortTest(ports, wide)),
        .. Both(operation.Grpc, operation.NotGrpc, isWide, (methods, wide) => new GrpcTest(methods, wide)),
    ];

    public static IEnumerable<CallTest> Of(AuthorizationCondition condition, bool isWide) =>
        Both(condition.Values, condition.NotValues, isWide, (values, wide) => condition.Key switch
        {
            AuthorizationKey.RequestHeader => new HeaderTest(condition.Header!, values, wide),
            AuthorizationKey.SourceIp => new AddressTest([.. values.Select(IpBlocks.Of)], wide),
            AuthorizationKey.SourcePrincipal => new TextTest(CallText.Principal, values, wide),
            AuthorizationKey.SourceNamespace => new TextTest(CallText.Namespace, values, wide),
            AuthorizationKey.SourceTrustDomain => new TextTest(CallText.TrustDomain, values, wide),
            AuthorizationKey.DestinationPort => new PortTest([.. values.Select(value => Addresses.ParsePort(value)!.Value)], wide),
            AuthorizationKey.ConnectionSni => new TextTest(CallText.ServerName, values, wide),
            _ => throw new InvalidOperationException($"No test is defined for the key '{condition.Key}'."),
        });

    private static IEnumerable<CallTest> Texts(CallText text, ImmutableArray<string> words, ImmutableArray<string> notWords, bool isWide) =>
        Both(words, notWords, isWide, (some, wide) => new TextTest(text, some, wide));

    private static IEnumerable<CallTest> Both<T>(
        ImmutableArray<T> wanted, ImmutableArray<T> excepted, bool isWide, Func<ImmutableArray<T>, bool, CallTest> test)
    {
        if (!wanted.IsEmpty)
        {
            yield return test(wanted, isWide);
        }

        if (!excepted.IsEmpty)
        {
            yield return new NotTest(test(excepted, !isWide));
        }
    }
}
