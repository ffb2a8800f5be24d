using System.Globalization;
using System.Reflection;
using Mesh.ConfigServer.Documents;
using Mesh.Model.Documents;
using Microsoft.AspNetCore.Http;

namespace Mesh.ConfigServer.Rest;

/// <summary>Refuses what an endpoint does not know in the query: <c>?dry-run=true</c> must not write.</summary>
internal static class QueryCheck
{
    public static EndpointFilterDelegate Create(EndpointFilterFactoryContext endpoint, EndpointFilterDelegate next)
    {
        string[] known = [.. endpoint.MethodInfo.GetParameters()
            .Where(parameter =>
                Nullable.GetUnderlyingType(parameter.ParameterType) is not null || parameter.ParameterType == typeof(string))
            .Select(parameter => parameter.Name!)];
        return invocation =>
        {
            foreach (string name in invocation.HttpContext.Request.Query.Keys)
            {
                if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    string? nearest = NearestName.Find(name, known);
                    throw Problems.BadRequest(
                        $"{Wording.Quote(name)} is unknown in the query{(nearest is null ? "." : $"; did you mean '{nearest}'?")}");
                }
            }

            return next(invocation);
        };
    }

    /// <summary>Null where nothing is asked for: <c>?name=</c>.</summary>
    public static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The kind that is asked for; null: any.</summary>
    /// <exception cref="ProblemException">There is no such kind.</exception>
    public static string? Kind(string? value) =>
        Given(value) is not { } kind || DocumentKey.Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase) ? Given(value)
        : throw Problems.BadRequest($"{Wording.Quote(kind)} is no kind of document. Known: {Wording.Names(DocumentKey.Kinds)}.");

    /// <summary>Why a value of the query cannot be read; null: all can.</summary>
    public static string? Complaint(HttpContext context) =>
        (context.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
            .Select(parameter => Complaint(
                parameter.Name!, context.Request.Query[parameter.Name!].ToString(), Nullable.GetUnderlyingType(parameter.ParameterType)))
            .FirstOrDefault(complaint => complaint is not null);

    private static string? Complaint(string name, string value, Type? type)
    {
        string? wanted = value.Length == 0 ? null
            : type == typeof(bool) && !bool.TryParse(value, out _) ? "true or false"
            : type == typeof(int) && !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? "a whole number"
            : type == typeof(long) && !long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? "a whole number"
            : null;
        return wanted is null ? null : $"{name} in the query must be {wanted}; {Wording.Quote(value)} is not.";
    }
}
