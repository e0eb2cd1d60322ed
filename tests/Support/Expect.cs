using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Katas.Support;

/// <summary>Expects errors. An unsolved task stays visible as what it is: its own exception passes through.</summary>
public static class Expect
{
    /// <summary>Asserts that an action throws <typeparamref name="TException"/> or one derived from it.</summary>
    /// <returns>The exception, for a closer look at its message.</returns>
    public static TException Throws<TException>(
        Func<object?> action,
        string because = "",
        [CallerArgumentExpression(nameof(action))] string expression = "")
        where TException : Exception
    {
        string came;
        try
        {
            came = $"the result {action() ?? "null"}";
        }
        catch (TException exception)
        {
            return exception;
        }
        catch (NotImplementedException)
        {
            throw;
        }
        catch (Exception exception)
        {
            came = $"{exception.GetType().Name}: {exception.Message}";
        }

        throw new XunitException(
            $"{expression.Replace("() => ", "")}: expected {typeof(TException).Name}" +
            $"{(because == "" ? "" : $", because {because}")}; got {came}");
    }
}
