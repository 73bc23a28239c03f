import type { Component } from '../core/component';
import type { Route, RouteProps } from '../core/handles';

/** What takes requests from outside and brings them to services. */
export interface Gateway extends Component {
  /** The name under which a service is reached, with the custom resources that make the gateway serve it. */
  route(props: RouteProps): Route;
}
