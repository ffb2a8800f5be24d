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
}
