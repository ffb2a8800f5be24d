using Mesh.Client.AspNetCore.Registration;
using Mesh.Client.Sources.Xds;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.AspNetCore.Tests.Registration;

/// <summary>How long is waited after what.</summary>
public sealed class RegistrationOutcomesTests
{
    [Fact]
    public void A_refusal_is_answered_at_once_and_the_next_one_is_not()
    {
        AddressList servers = new([.. Enumerable.Range(1, 3).Select(port => new Uri($"http://127.0.0.1:{port}"))]);
        RegistrationOutcomes outcomes = new(new RegistrationTarget([], new()), new RegistrationPace(servers, new Half()), NullLogger.Instance);

        TimeSpan[] waits = [.. Enumerable.Range(0, 6).Select(_ => outcomes.OnOutOfReach(servers.Current, []))];

        Assert.Equal(TimeSpan.Zero, waits[0]);
        Assert.DoesNotContain(waits.Zip(waits[1..]), pair => pair.First + pair.Second == TimeSpan.Zero);
    }

    private sealed class Half : Random
    {
        public override double NextDouble() => 0.5;
    }
}
