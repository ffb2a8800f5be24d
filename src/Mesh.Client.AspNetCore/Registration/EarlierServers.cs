using Mesh.Client.Sources.Xds;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>
/// Servers do not tell each other of their processes, and clients follow the first that answers. So while a later one has this process, those before it
/// are tried now and then, beside the stream in use.
/// </summary>
/// <param name="servers">In order of preference.</param>
/// <param name="open">Makes a stream to one of them, with what it is told. Null: there is to be none.</param>
/// <param name="wanted">What servers are to be told first.</param>
/// <param name="outcomes">Told of refusals.</param>
/// <param name="random">Spreads the waits.</param>
/// <param name="time">The clock.</param>
internal sealed class EarlierServers(
    AddressList servers, Func<Uri, WantedRegistration, Task<RegistrationStream?>> open, Func<WantedRegistration> wanted, RegistrationOutcomes outcomes, Random random, TimeProvider time)
{
    private readonly Backoff _backoff = new(random);

    /// <summary>Lasts as long as the stream in use, or until an earlier server has registered the process.</summary>
    /// <returns>The stream to that one, which runs; null: the stream in use has ended.</returns>
    public async Task<RegistrationStream?> ReturnAsync(RegistrationStream current, CancellationToken stop)
    {
        Uri[] earlier = [.. servers.Earlier];
        while (!current.Ended.IsCompleted)
        {
            await ((Task)current.Ended).WaitAsync(earlier.Length == 0 ? Timeout.InfiniteTimeSpan : _backoff.Next(RegistrationPace.Longest), time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (Uri address in current.Registered is null ? [] : earlier)
            {
                if (!current.Ended.IsCompleted && await TryAsync(address, current, stop).ConfigureAwait(false) is { } stream)
                {
                    servers.Return(address);
                    return stream;
                }
            }
        }

        if (current.Lived >= Backoff.Longest)
        {
            _backoff.Reset();
        }

        return null;
    }

    // What one server refuses another one may take: each is told all at first.
    private async Task<RegistrationStream?> TryAsync(Uri address, RegistrationStream current, CancellationToken stop)
    {
        WantedRegistration all = wanted();
        for (bool isFirst = true; await open(address, all).ConfigureAwait(false) is { } stream; isFirst = false)
        {
            _ = stream.RunAsync(stop);
            if (await Task.WhenAny(stream.Answered, current.Ended).ConfigureAwait(false) == current.Ended
                && RegistrationOutcomes.IsTaken(await current.Ended.ConfigureAwait(false)))
            {
                // By this stream, where both servers are one.
                await stream.Answered.ConfigureAwait(false);
            }

            if (stream is { Registered: not null, Ended.IsCompleted: false })
            {
                return stream;
            }

            stream.Dispose();
            Exception? failure = await stream.Ended.ConfigureAwait(false);
            if (!isFirst || !outcomes.TryYield(stream, failure))
            {
                outcomes.OnEarlierEnded(stream, failure);
                return null;
            }
        }

        return null;
    }
}
