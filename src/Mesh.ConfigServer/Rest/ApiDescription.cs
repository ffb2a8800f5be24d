using Mesh.ConfigServer.Documents;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mesh.ConfigServer.Rest;

/// <summary>Adds to the OpenAPI document what types do not tell.</summary>
internal static class ApiDescription
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Mesh.Client config server",
                Version = ServerFacts.Version,
                Description = "The documents of a mesh: its services and its settings. Every answer bears Mesh-Epoch and Mesh-Generation.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<BodyOf>().SingleOrDefault() is { } body)
            {
                OpenApiSchema schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken).ConfigureAwait(false);
                operation.RequestBody = Body(body, schema);
            }

            if (metadata.OfType<WriteHeaders>().SingleOrDefault() is { } headers)
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(
                    Header(Writer.Author, $"Who writes, as claimed: printable ASCII, at most {RestLimits.Author} characters."));
                operation.Parameters.Add(Header(Writer.Message, $"Why, percent-encoded UTF-8, at most {RestLimits.Message} characters."));
                if (headers.TakesPreconditions)
                {
                    operation.Parameters.Add(
                        Header("If-Match", "The ETag that is replaced, or * for any. For the whole mesh \"epoch.generation\"."));
                    operation.Parameters.Add(Header("If-None-Match", "*: only where there is no such document."));
                }
            }
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(MeshDocument))
            {
                schema.Type = JsonSchemaType.Object;
                schema.Description = "kind, name and namespace, then the settings of that kind in camelCase.";
                schema.Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["kind"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. DocumentKey.Kinds] },
                    ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["namespace"] = new OpenApiSchema { Type = JsonSchemaType.String },
                };
                schema.Required = new HashSet<string> { "kind" };
            }

            return Task.CompletedTask;
        });
    }

    private static OpenApiRequestBody Body(BodyOf body, OpenApiSchema schema) => new()
    {
        Required = true,
        Description = body.Description,
        Content = body.MediaTypes.ToDictionary(type => type, type => new OpenApiMediaType
        {
            Schema = body.Type == typeof(MeshDocument) && type == MediaTypes.Json
                ? new OpenApiSchema { AnyOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema }] }
                : schema,
        }),
    };

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
