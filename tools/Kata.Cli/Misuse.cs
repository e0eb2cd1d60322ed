using System.CommandLine;
using System.CommandLine.Parsing;

namespace Kata.Cli;

/// <summary>Says in one line what is wrong with a command line, and what was probably meant.</summary>
internal static class Misuse
{
    /// <summary>Null when nothing is wrong.</summary>
    public static string? Of(ParseResult commandLine)
    {
        var command = commandLine.CommandResult.Command;
        if (commandLine.UnmatchedTokens.Concat(OptionsTakenForArguments(commandLine)).FirstOrDefault() is { } unknown)
        {
            return unknown.StartsWith('-') ? UnknownOption(unknown, commandLine.CommandResult) : UnknownWord(unknown, command);
        }

        if (commandLine.Errors is not [var error, ..])
        {
            return null;
        }

        if (error.SymbolResult is OptionResult { Option: var option } value)
        {
            return value.Tokens is [var token, ..]
                ? Texts.OptionValueUnfit.With(token.Value, option.Name, option.HelpName)
                : Texts.OptionValueMissing.With(option.Name, option.HelpName);
        }

        var missing = command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && commandLine.GetResult(argument) is null or { Tokens.Count: 0 });
        return missing is not null && error.SymbolResult is CommandResult or ArgumentResult
            ? Texts.ArgumentMissing.With(Path(commandLine.CommandResult), missing!.Name)
            : error.Message.Split('\n')[0].TrimEnd('\r');
    }

    /// <summary>A misspelt option is taken for the argument of a command that has one.</summary>
    private static IEnumerable<string> OptionsTakenForArguments(ParseResult commandLine) =>
        commandLine.CommandResult.Command.Arguments
            .SelectMany(argument => commandLine.GetResult(argument)?.Tokens ?? [])
            .Select(token => token.Value)
            .Where(value => value.StartsWith('-'));

    private static string UnknownOption(string unknown, CommandResult result)
    {
        var options = Ancestors(result)
            .SelectMany(ancestor => ancestor.Command.Options.Where(option => ancestor == result || option.Recursive))
            .Select(option => option.Name);
        return Suggestion.For(unknown, options, name => name) is { } nearest
            ? Texts.UnknownOptionSuggestion.With(Path(result), unknown, nearest)
            : Texts.UnknownOption.With(Path(result), unknown);
    }

    private static string UnknownWord(string unknown, Command command) =>
        command.Subcommands.Count == 0
            ? Texts.ArgumentTooMany.With(unknown, command.Name)
            : Suggestion.For(unknown, command.Subcommands, subcommand => subcommand.Name) is { } nearest
                ? Texts.UnknownCommandSuggestion.With(unknown, nearest.Name)
                : Texts.UnknownCommand.With(unknown);

    private static string Path(CommandResult result) =>
        string.Join(' ', Ancestors(result).Reverse().Select(ancestor => ancestor.Command.Name));

    private static IEnumerable<CommandResult> Ancestors(CommandResult result)
    {
        for (SymbolResult? ancestor = result; ancestor is CommandResult command; ancestor = ancestor.Parent)
        {
            yield return command;
        }
    }
}
