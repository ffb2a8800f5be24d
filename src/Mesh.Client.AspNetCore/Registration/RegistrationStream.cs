using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Client.Sources.Xds;
using Mesh.Model.Xds.Wire;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.Client.AspNetCore.Registration;

/// <summary>One stream to one server: the registration, that the process is alive, again and again, and at last that it goes.</summary>
/// <param name="address">The server.</param>
/// <param name="epoch">Of two streams with one instance that with the higher one holds.</param>
/// <param name="wanted">What the server is to be told.</param>
/// <param name="onRegistered">Called whenever the server has confirmed it.</param>
/// <param name="onEnded">Called at its end, with what it failed of.</param>
/// <param name="channels">Where its connection comes from.</param>
/// <param name="time">The clock.</param>
internal sealed class RegistrationStream(
    Uri address, long epoch, WantedRegistration wanted, Action<RegistrationStream> onRegistered, Action<RegistrationStream, Exception?> onEnded, ChannelPool channels, TimeProvider time)
    : IDisposable
{
    /// <summary>A server that takes longer for its first word is taken for one that is stuck.</summary>
    public static readonly TimeSpan FirstAnswerWithin = TimeSpan.FromSeconds(15);

    // Whatever a server says: neither a flood nor a silence for which nobody would wait.
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromMinutes(1);

    private readonly AsyncSignal _wake = new();
    private readonly ConcurrentQueue<Wire.Registration> _unanswered = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _leave = new();
    private volatile Withdrawal? _withdrawal;
    private volatile Registered? _registered;
    private volatile Withdrawn? _withdrawn;
    private volatile bool _isSpeaking;
    private volatile Exception? _fault;
    private long _registeredAt;

    public Uri Address => address;

    public WantedRegistration Wanted => wanted;

    /// <summary>The server's last word on the registration; null: there was none.</summary>
    public Registered? Registered => _registered;

    /// <summary>The first registration on which the server has said nothing; null: there is none.</summary>
    public Wire.Registration? Unanswered => _unanswered.TryPeek(out Wire.Registration? message) ? message : null;

    /// <summary>How often the server wants to hear of the process; meaningful once it is registered.</summary>
    public TimeSpan Interval { get; private set; }

    /// <summary>How long it is since the registration was confirmed first; null: it was not.</summary>
    public TimeSpan? Lived => _registered is null ? null : time.GetElapsedTime(_registeredAt);

    /// <summary>How long the server believes in the process once it hears nothing more of it.</summary>
    public TimeSpan Ttl => _registered?.Ttl?.ToTimeSpan() ?? FirstAnswerWithin;

    /// <summary>The server's word on the withdrawal; null: there was none.</summary>
    public Withdrawn? Withdrawn => _withdrawn;

    /// <summary>The server may know of the process.</summary>
    public bool IsSpeaking => _isSpeaking;

    /// <summary>The server has confirmed the registration, or the stream has ended.</summary>
    public Task Answered => _answered.Task;

    /// <summary>What it failed of; null: the server has ended it in good order.</summary>
    public Task<Exception?> Ended => _ended.Task;

    /// <summary>There may be something else to say.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Says that the process goes, and nothing after it. Before it, that it is there, where it has not said so yet.</summary>
    public void Withdraw(TimeSpan spreadWithin)
    {
        _withdrawal = new Withdrawal { SpreadWithin = spreadWithin.ToDuration() };
        _wake.Set();
    }

    /// <summary>Has the stream to its end. Does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Exception? failed = null;
        try
        {
            await FollowAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            failed = _fault ?? failure;
        }

        onEnded(this, failed);
        _ended.TrySetResult(failed);
        _answered.TrySetResult();
    }

    /// <summary>Ends it without a word.</summary>
    public void Dispose() => _leave.Cancel();

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using ChannelLease channel = await channels.RentAsync(address, server: null, cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _leave.Token);
        using CancellationTokenSource silence = new(FirstAnswerWithin, time);
        using CancellationTokenRegistration giveUp = silence.Token.Register(over.Cancel);
        using ITimer alive = time.CreateTimer(static state => ((AsyncSignal)state!).Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using AsyncDuplexStreamingCall<RegisterRequest, RegisterResponse> call = new Registry.RegistryClient(channel.Channel).Register(cancellationToken: over.Token);
        Task speaking = SpeakAsync(call.RequestStream, over, cancellationToken);
        try
        {
            while (_withdrawn is null && await call.ResponseStream.MoveNext(over.Token).ConfigureAwait(false))
            {
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                Take(call.ResponseStream.Current, alive);
            }
        }
        catch (Exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !_leave.IsCancellationRequested)
        {
            throw new TimeoutException($"It took the stream and has not answered within {FirstAnswerWithin.TotalSeconds:0} s.");
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await speaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(RegisterResponse response, ITimer alive)
    {
        if (response.Registered is { } registered)
        {
            TimeSpan interval = registered.KeepAliveInterval?.ToTimeSpan() ?? s_longestInterval;
            Interval = interval < s_shortestInterval ? s_shortestInterval : interval > s_longestInterval ? s_longestInterval : interval;
            alive.Change(Interval, Interval);
            _registeredAt = _registered is null ? time.GetTimestamp() : _registeredAt;
            if (_unanswered.TryDequeue(out Wire.Registration? accepted))
            {
                wanted.Accept(accepted);
            }

            _registered = registered;
            onRegistered(this);
            _answered.TrySetResult();
        }

        _withdrawn = response.Withdrawn ?? _withdrawn;
    }

    // Where the connection is at fault, or the server has ended the stream, the reading tells why.
    private async Task SpeakAsync(IClientStreamWriter<RegisterRequest> requests, CancellationTokenSource over, CancellationToken stop)
    {
        try
        {
            Wire.Registration said = wanted.Say();
            await RegisterAsync(requests, said, over.Token).ConfigureAwait(false);
            await _wake.WaitAsync(over.Token).ConfigureAwait(false);
            while (_withdrawal is null)
            {
                Wire.Registration before = said;
                said = wanted.Say();
                await (said == before ? requests.WriteAsync(new() { KeepAlive = new() }, over.Token) : RegisterAsync(requests, said, over.Token)).ConfigureAwait(false);
                await _wake.WaitAsync(over.Token).ConfigureAwait(false);
            }

            await requests.WriteAsync(new() { Withdrawal = _withdrawal }, over.Token).ConfigureAwait(false);
            await requests.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // What is cut as it is being written may have arrived.
            _isSpeaking = true;
            throw;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or RpcException or InvalidOperationException or IOException))
        {
            _fault = failure;
            await over.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RegisterAsync(IClientStreamWriter<RegisterRequest> requests, Wire.Registration message, CancellationToken cancellationToken)
    {
        _unanswered.Enqueue(message);
        await requests.WriteAsync(new() { Registration = WithEpoch(message) }, cancellationToken).ConfigureAwait(false);
        _isSpeaking = true;
    }

    private Wire.Registration WithEpoch(Wire.Registration message)
    {
        Wire.Registration sent = message.Clone();
        sent.Epoch = epoch;
        return sent;
    }
}
