using Mesh.Client.AspNetCore.Tests.Infrastructure;
using Mesh.Model;
using Microsoft.AspNetCore.Builder;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>A call that is not to be let in, and its twin, which differs in one fact and is.</summary>
internal sealed record Attack
{
    public const string NoAnswer = "no answer";

    private Attack(string name, string twin, string answer, string? logged, Func<MeshedApp, Task<string>> send, Func<MeshedApp, Task<string>> sendTwin) =>
        (Name, Twin, Answer, Event, Send, SendTwin) = (name, twin, answer, logged, send, sendTwin);

    public string Name { get; }

    public string Twin { get; }

    public string Answer { get; }

    /// <summary>What the mesh logs; null: the web server refuses it before the mesh.</summary>
    public string? Event { get; }

    public Func<MeshedApp, Task<string>> Send { get; }

    public Func<MeshedApp, Task<string>> SendTwin { get; }

    public AuthorizationPolicy[] Policies { get; init; } = [];

    public string Settings { get; init; } = "{}";

    public Action<WebApplicationBuilder>? Configure { get; init; }

    public Action<MeshedApp, TestPolicies>? Prepare { get; init; }

    /// <summary>Both are the same call, with another fact.</summary>
    public static Attack Of<T>(Func<MeshedApp, T, Task<string>> call, string name, T fact, string twin, T twinFact, string answer, string? logged = "CallRefused") =>
        new(name, twin, answer, logged, app => call(app, fact), app => call(app, twinFact));
}
