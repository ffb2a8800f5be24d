using Mesh.Model.Documents;

namespace Mesh.Cli.Api;

/// <summary>The services that there are, for names that belong to none of them.</summary>
internal sealed class KnownServices(IEnumerable<ServiceName> all)
{
    /// <summary>
    /// Does what is asked; where there is no such service, the reason names the one that was probably meant, or tells that it has registered.
    /// </summary>
    /// <param name="api">The server.</param>
    /// <param name="name">Which service it is about.</param>
    /// <param name="ownNamespace">In which short names are enough.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<T> HintAsync<T>(
        MeshApi api, ServiceName name, string ownNamespace, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RefusedException refusal) when (refusal.ExitCode == ExitCode.NotFound)
        {
            ServicesAnswer all;
            try
            {
                all = await ServicesAnswer.AskAsync(api, cancellationToken).ConfigureAwait(false);
            }
            catch (ToolException)
            {
                // The reason is one without a hint, too.
                throw refusal;
            }

            throw new ToolException(
                ExitCode.NotFound, all.WhyUndocumented(name) ?? refusal.Message + all.Known.Hint(name, ownNamespace), refusal);
        }
    }

    /// <summary>What to say after that there is no such service: nothing where no name is near.</summary>
    public string Hint(ServiceName name, string ownNamespace)
    {
        ServiceName[] nearFirst = [.. all.OrderBy(service => !IsSame(service.Namespace, name.Namespace))];
        return NearestName.Find(name.Name, nearFirst.Select(service => service.Name)) is not { } nearest ? ""
            : nearFirst.First(service => service.Name == nearest) is var meant && IsSame(meant.Namespace, ownNamespace)
                ? $" Did you mean '{meant.Name}'?"
            : $" Did you mean '{meant}'?";
    }

    /// <summary>A service of that name in another namespace.</summary>
    public ServiceName? Namesake(ServiceName name) =>
        all.FirstOrDefault(service => IsSame(service.Name, name.Name) && !IsSame(service.Namespace, name.Namespace));

    private static bool IsSame(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
