using System.Collections.Immutable;
using Mesh.Model.Matching;

namespace Mesh.Model.Authorization;

/// <summary>Whether the path is that of one of some gRPC methods.</summary>
internal sealed class GrpcTest(ImmutableArray<GrpcMatch> methods, bool isWide) : CallTest
{
    private readonly StringComparison _comparison = CallTexts.Comparison(CallText.Path, isWide);

    public override string Wanted { get; } = string.Join(", ", methods.Select(method => $"{method.Service ?? "*"}/{method.Method ?? "*"}"));

    public override bool Holds(in CallFacts facts)
    {
        CallTexts.TryRead(facts, CallText.Path, isWide, out ReadOnlySpan<char> path);
        GrpcPath call = new(path);
        if (!call.IsValid)
        {
            return false;
        }

        foreach (GrpcMatch method in methods)
        {
            if ((method.Service is null || call.Service.Equals(method.Service, _comparison))
                && (method.Method is null || call.Method.Equals(method.Method, _comparison)))
            {
                return true;
            }
        }

        return false;
    }

    public override string Found(in CallFacts facts) => $"path {facts.Path}";
}
