namespace Mesh.Model.Authorization;

/// <summary>A question about a call. Each is made for where it stands: what is not known holds where that leads to a refusal, and nowhere else.</summary>
internal abstract class CallTest
{
    public abstract bool Holds(in CallFacts facts);

    /// <summary>What was found, such as <c>method PUT</c>.</summary>
    public abstract string Found(in CallFacts facts);

    /// <summary>What was wanted, such as <c>GET, HEAD</c>.</summary>
    public abstract string Wanted { get; }

    /// <summary>Why it does not hold.</summary>
    public virtual string Obstacle(in CallFacts facts) => $"{Found(facts)} is none of {Wanted}";
}
