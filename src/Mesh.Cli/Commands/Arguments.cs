using System.CommandLine;
using System.CommandLine.Parsing;
using Mesh.Cli.Api;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class Arguments
{
    public static Argument<ServiceName> Service(Tool tool) =>
        Service(tool, "The service: NAME, or NAME.NAMESPACE where its namespace is not 'default'.", ArgumentArity.ExactlyOne);

    public static Argument<ServiceName> OptionalService(Tool tool, string description) =>
        Service(tool, description, ArgumentArity.ZeroOrOne);

    /// <summary>One that may have no document.</summary>
    public static Argument<ServiceName> AnyService(Tool tool, string description)
    {
        Argument<ServiceName> service = Service(description, ArgumentArity.ZeroOrOne);
        service.CompletionSources.Add(new ServerNames(tool).CalledServicesOf(service));
        return service;
    }

    /// <summary>The service that was typed.</summary>
    public static Func<ArgumentResult, ServiceName?> Parser(string name) => result =>
    {
        string text = result.Tokens[0].Value;
        ServiceName? service = ServiceName.TryOf(text);
        if (service is null)
        {
            result.AddError(Values.Complaint(name, text, ServiceName.Form));
        }

        return service;
    };

    private static Argument<ServiceName> Service(string description, ArgumentArity arity)
    {
        const string Written = "NAME[.NAMESPACE]";
        return new Argument<ServiceName>("service")
        {
            Description = description, HelpName = Written, Arity = arity, CustomParser = Parser(Written),
        };
    }

    private static Argument<ServiceName> Service(Tool tool, string description, ArgumentArity arity)
    {
        Argument<ServiceName> service = Service(description, arity);
        service.CompletionSources.Add(new ServerNames(tool).ServicesOf(service));
        return service;
    }
}
