namespace Mesh.Model.Authorization;

/// <summary>What must not be.</summary>
/// <param name="test">Made for the opposite end.</param>
internal sealed class NotTest(CallTest test) : CallTest
{
    public override string Wanted => test.Wanted;

    public override bool Holds(in CallFacts facts) => !test.Holds(facts);

    public override string Found(in CallFacts facts) => test.Found(facts);

    public override string Obstacle(in CallFacts facts) => $"{Found(facts)} counts as one of {Wanted}, which are excepted";
}
