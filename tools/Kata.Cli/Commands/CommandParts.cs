using System.CommandLine;

namespace Kata.Cli.Commands;

/// <summary>What several commands are made of.</summary>
internal static class CommandParts
{
    /// <summary>The kata that a command is about.</summary>
    public static Argument<string> KataArgument() => new("N") { Description = Texts.ArgumentKata };

    /// <summary>The option that asks for JSON.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = Texts.OptionJson };

    /// <summary>The command with what it does.</summary>
    public static Command WithAction(this Command command, Func<int> action) =>
        command.WithAction(_ => action());

    /// <summary>The command with what it does.</summary>
    public static Command WithAction(this Command command, Func<ParseResult, int> action)
    {
        command.SetAction(action);
        return command;
    }

    /// <summary>The command with what it does.</summary>
    public static Command WithAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(action);
        return command;
    }
}
